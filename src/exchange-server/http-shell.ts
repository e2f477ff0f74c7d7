import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExchangeRequest, ExchangeResponse } from '../exchange/exchange.ts';
import { answerControl, type Control } from './control.ts';
import type { RequestLog } from './request-log.ts';
import type { StreamShell } from './stream-shell.ts';

/** The address can't be listened on; the sentence says what to do. */
export class AddressError extends Error {
  override name = 'AddressError';
}

type Ended = ReturnType<RequestLog['arrived']>;

const ADDRESS = '127.0.0.1';
const MAX_BODY_BYTES = 2 ** 20;
const GRACE_MS = 1_000;

/** The exchange's and the control's requests on one port of this machine. */
export class HttpShell {
  readonly port: number;
  readonly #server: Server;
  readonly #control: Control;
  readonly #streams: StreamShell;
  readonly #delayed = new Set<NodeJS.Timeout>();

  private constructor(server: Server, control: Control, streams: StreamShell) {
    this.port = (server.address() as AddressInfo).port;
    this.#server = server;
    this.#control = control;
    this.#streams = streams;
    server.on('request', (request, response) => void this.#answer(request, response));
    server.on('upgrade', (request, socket, head) => {
      const problem = this.#refuse(request);
      if (problem) streams.refuse(socket, problem);
      else streams.upgrade(requestOf(request, ''), request, socket, head);
    });
  }

  get url(): string {
    return `http://${ADDRESS}:${this.port}`;
  }

  /** Throws an AddressError when the port is taken. 0 is any free port. */
  static listen(port: number, control: Control, streams: StreamShell): Promise<HttpShell> {
    return new Promise((resolve, reject) => {
      const server = createServer({ requestTimeout: 30_000 });
      server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, port)));
      server.listen(port, ADDRESS, () => resolve(new HttpShell(server, control, streams)));
    });
  }

  /** Lets answers under way end for a moment, then cuts every connection; delayed answers are never given. */
  async close(): Promise<void> {
    for (const timer of this.#delayed) clearTimeout(timer);
    this.#streams.close();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    const cut = setTimeout(() => this.#server.closeAllConnections(), GRACE_MS);
    await closed.finally(() => clearTimeout(cut));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const problem = this.#refuse(request);
    if (problem) return send(response, problem);
    const body = await readBody(request).catch(() => undefined);
    if (body === undefined) return;
    if (body === null) {
      response.setHeader('connection', 'close');
      return send(response, refusal(413, `the body is longer than ${MAX_BODY_BYTES} bytes`));
    }
    const path = (request.url ?? '').split('?', 1)[0]!;
    if (path.startsWith('/control/')) {
      const { status, body: answer } = answerControl(this.#control, request.method ?? '', path, body);
      return send(response, json(status, answer));
    }
    const ended = this.#log(request, path, body);
    response.once('close', () => ended(response.writableFinished ? 'answered' : 'deserted'));
    const reply = this.#control.host.handle(requestOf(request, body));
    this.#after(reply.delayMs, () => {
      if (reply.kind === 'answer') return send(response, reply.response);
      ended('cut');
      request.socket.resetAndDestroy();
    });
  }

  #log({ method = 'GET', headers }: IncomingMessage, path: string, body: string): Ended {
    if (method === 'GET') return () => {};
    return this.#control.requests.arrived({ host: headers.host ?? '', method, path }, body);
  }

  #after(delayMs: number, act: () => void): void {
    if (delayMs <= 0) return act();
    const timer = setTimeout(() => {
      this.#delayed.delete(timer);
      act();
    }, delayMs);
    this.#delayed.add(timer);
  }

  /** Only programs on this machine: no other name of the host, and no page of another origin. */
  #refuse({ headers }: IncomingMessage): ExchangeResponse | null {
    const host = headers.host?.toLowerCase() ?? '';
    if (host !== `${ADDRESS}:${this.port}` && host !== `localhost:${this.port}`)
      return refusal(421, `this is ${ADDRESS}:${this.port}, not ${JSON.stringify(host.slice(0, 100))}`);
    if (headers.origin !== undefined) return refusal(403, 'requests from web pages are refused');
    return null;
  }
}

const json = (status: number, body: unknown): ExchangeResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

const refusal = (status: number, message: string): ExchangeResponse => json(status, { problems: [message] });

function send(response: ServerResponse, { status, headers, body }: ExchangeResponse): void {
  response.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(body)) });
  response.end(body);
}

/** The body as text; null once it is too long. Rejects when the sender goes away. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // The rest of a body that is too long stays unread: destroying the request would take the answer with it.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const requestOf = (
  { method = 'GET', url = '/', headers }: IncomingMessage,
  body: string,
): ExchangeRequest => ({
  method,
  target: url,
  headers: Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  ),
  body,
});

function explain(error: NodeJS.ErrnoException, port: number): AddressError {
  const place = `${ADDRESS}:${port}`;
  if (error.code === 'EADDRINUSE')
    return new AddressError(
      `${place} is in use by another program: stop it, or name a free port with --port (0 finds one)`,
    );
  if (error.code === 'EACCES')
    return new AddressError(`not allowed to listen on ${place}: name a port above 1023 with --port`);
  return new AddressError(`can't listen on ${place} (--port): ${error.code ?? error.message}`);
}
