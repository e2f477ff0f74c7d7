import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import type { ExchangeRequest, ExchangeResponse, OutgoingFrame } from '../exchange/exchange.ts';
import type { ExchangeHost } from './host.ts';

const PATH = '/trade-api/ws/v2';
const MAX_MESSAGE_BYTES = 2 ** 20;
/** A client that does not read for so long is cut off. */
const MAX_UNREAD_BYTES = 16 * 2 ** 20;
const GOING_AWAY = 1001;
const GRACE_MS = 500;

/** The exchange's streams as WebSockets. */
export class StreamShell {
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  readonly #sockets = new Map<number, WebSocket>();
  #host: ExchangeHost | null = null;

  /** Has to be called before the first upgrade. */
  serve(host: ExchangeHost): void {
    this.#host = host;
  }

  /** Opens a stream, or answers the exchange's refusal. */
  upgrade(asked: ExchangeRequest, request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (asked.target.split('?', 1)[0] !== PATH)
      return this.refuse(socket, { status: 404, headers: {}, body: `streams are at ${PATH}` });
    const host = this.#host!;
    const refused = host.connect(asked, (connectionId) => {
      let accepted = false;
      // Calls back before it returns, or not at all when the handshake is malformed.
      this.#server.handleUpgrade(request, socket, head, (webSocket) => {
        accepted = true;
        this.#open(host, connectionId, webSocket);
      });
      return accepted;
    });
    if (refused) this.refuse(socket, refused);
  }

  /** Answers an upgrade with plain HTTP. */
  refuse(socket: Duplex, { status, headers, body }: ExchangeResponse): void {
    const all = { ...headers, connection: 'close', 'content-length': String(Buffer.byteLength(body)) };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.on('error', () => socket.destroy());
    socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`);
  }

  /** False: there is no such connection. */
  send({ connectionId, frame }: OutgoingFrame): boolean {
    const socket = this.#sockets.get(connectionId);
    if (!socket) return false;
    if (socket.bufferedAmount > MAX_UNREAD_BYTES) {
      socket.terminate();
      return false;
    }
    if (frame.type === 'text') socket.send(frame.text);
    else if (frame.type === 'ping') socket.ping(frame.body);
    else close(socket, frame.code);
    return true;
  }

  /** Says goodbye to every client; who does not answer is cut off. */
  close(): void {
    for (const socket of this.#sockets.values()) {
      close(socket, GOING_AWAY);
      const cut = setTimeout(() => socket.terminate(), GRACE_MS);
      socket.once('close', () => clearTimeout(cut));
    }
    this.#server.close();
  }

  #open(host: ExchangeHost, connectionId: number, socket: WebSocket): void {
    this.#sockets.set(connectionId, socket);
    socket.on('message', (data) => host.receive(connectionId, data.toString()));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      this.#sockets.delete(connectionId);
      host.disconnect(connectionId);
    });
  }
}

/** 1006 cannot be sent: it is what a client sees of a connection that breaks off. */
function close(socket: WebSocket, code: number): void {
  if (socket.readyState !== WebSocket.OPEN) return;
  if (code === 1006) socket.terminate();
  else socket.close(code);
}
