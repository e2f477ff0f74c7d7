import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { createWebSocket, type Socket } from '../../../src/services/venues/kalshi/stream/socket.ts';

let http: Server;
let server: WebSocketServer;
let refuseWith: string | null;

beforeEach(async () => {
  refuseWith = null;
  http = createServer();
  server = new WebSocketServer({ noServer: true, perMessageDeflate: true });
  http.on('upgrade', (request, socket, head) => {
    if (refuseWith !== null) socket.end(refuseWith);
    else server.handleUpgrade(request, socket, head, (ws) => server.emit('connection', ws, request));
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
});

afterEach(() => {
  for (const client of server.clients) client.terminate();
  http.close();
});

/** One connection of ours, and what it told; `until` waits for something told. */
function connect(headers: Record<string, string> = {}, path = '/trade-api/ws/v2') {
  const told: string[] = [];
  const waiting: { what: string; resolve: () => void }[] = [];
  const tell = (what: string): void => {
    told.push(what);
    for (const waiter of waiting) if (what.startsWith(waiter.what)) waiter.resolve();
  };
  const url = new URL(`ws://127.0.0.1:${(http.address() as AddressInfo).port}${path}`);
  const socket: Socket = createWebSocket()(url, headers, {
    opened: () => tell('opened'),
    text: (text) => tell(`text ${text}`),
    ping: () => tell('ping'),
    closed: (reason) => tell(`closed ${reason}`),
  });
  const until = (what: string) =>
    new Promise<void>((resolve) => {
      if (told.some((line) => line.startsWith(what))) resolve();
      else waiting.push({ what, resolve });
    });
  return { socket, told, until };
}

const accepted = async (): Promise<[WebSocket, IncomingMessage]> =>
  (await once(server, 'connection')) as [WebSocket, IncomingMessage];

test('headers arrive, texts go both ways, no compression is offered', async () => {
  const connecting = accepted();
  const { socket, told, until } = connect({ 'KALSHI-ACCESS-KEY': 'key' });
  const [ws, request] = await connecting;
  await until('opened');
  expect([request.url, request.headers['kalshi-access-key']]).toEqual(['/trade-api/ws/v2', 'key']);
  expect(request.headers['sec-websocket-extensions']).toBeUndefined();
  socket.send('{"id":1}');
  const [received] = (await once(ws, 'message')) as [Buffer];
  expect(received.toString()).toBe('{"id":1}');
  ws.send('{"type":"ok"}');
  await until('text');
  expect(told).toEqual(['opened', 'text {"type":"ok"}']);
});

test('a ping is told and answered', async () => {
  const connecting = accepted();
  const { until } = connect();
  const [ws] = await connecting;
  ws.ping('heartbeat');
  const [[body]] = (await Promise.all([once(ws, 'pong'), until('ping')])) as [[Buffer], unknown];
  expect(body.toString()).toBe('heartbeat');
});

test('the close from the other side is told once, with its reason', async () => {
  const connecting = accepted();
  const { socket, told, until } = connect();
  const [ws] = await connecting;
  ws.close(1001, 'going\naway');
  await until('closed');
  socket.close();
  socket.send('late');
  expect(told).toEqual(['opened', 'closed closed by the exchange (1001 going away)']);
});

test('our own close is told once and ends the connection', async () => {
  const connecting = accepted();
  const { socket, told, until } = connect();
  const [ws] = await connecting;
  await until('opened');
  const ended = once(ws, 'close');
  socket.close();
  socket.close();
  await Promise.all([until('closed'), ended]);
  expect(told).toEqual(['opened', 'closed closed by us']);
});

test('closed before it is open', async () => {
  const { socket, told, until } = connect();
  socket.close();
  await until('closed');
  expect(told).toEqual(['closed closed by us']);
});

test.each([
  [
    'a refused handshake is told with its status and the clock of who refused',
    'HTTP/1.1 401 Unauthorized\r\nDate: Sun, 22 Nov 2026 15:00:00 GMT\r\nContent-Length: 6\r\n\r\nsecret',
    'closed handshake refused with 401, its clock says Sun, 22 Nov 2026 15:00:00 GMT',
  ],
  [
    'a redirect is not followed',
    'HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n',
    'closed handshake refused with 302',
  ],
])('%s', async (_, answer, expected) => {
  refuseWith = answer;
  const { told, until } = connect({ 'KALSHI-ACCESS-SIGNATURE': 'secret' });
  await until('closed');
  expect(told).toEqual([expected]);
});

test('a frame of more than 8 MiB ends the connection', async () => {
  const connecting = accepted();
  const { told, until } = connect();
  const [ws] = await connecting;
  ws.send('x'.repeat(8 * 1024 * 1024 + 1));
  await until('closed');
  expect(told).toEqual(['opened', 'closed Max payload size exceeded']);
});

test('nobody listening', async () => {
  const { port } = http.address() as AddressInfo;
  http.close();
  await once(http, 'close');
  const told = await new Promise<string>((resolve) => {
    const never = () => resolve('something else');
    createWebSocket()(
      new URL(`ws://127.0.0.1:${port}/`),
      {},
      { opened: never, text: never, ping: never, closed: resolve },
    );
  });
  expect(told).toContain('ECONNREFUSED');
});

test.each([
  ['a header that cannot be sent', 'ws://127.0.0.1:1/', { key: 'secret\n' }],
  ['a URL that is none for this', 'ftp://127.0.0.1/', {}],
])('%s is told as a close, without the value', async (_, url, headers) => {
  const told = await new Promise<string>((resolve) => {
    const never = () => resolve('something else');
    createWebSocket()(new URL(url), headers, { opened: never, text: never, ping: never, closed: resolve });
  });
  expect(told).toMatch(/^not opened: [A-Za-z_]+$/);
});
