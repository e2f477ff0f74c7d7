import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import { inUrl } from './access.ts';
import { answerProblem, HttpProblem, writeProblem } from './problem.ts';
import { refuse } from './refuse.ts';

/** The configured address can't be listened on; the sentence says what to do. */
export class AddressError extends Error {
  override name = 'AddressError';
}

interface Address {
  host: string;
  port: number;
  setting?: string;
}

type Answer = (request: Request) => Response | Promise<Response>;

/** Who takes connections that become WebSockets. */
export interface Upgrades {
  /** Takes the connection over, or says why not. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): HttpProblem | null;
  /** Ends all that were taken over. */
  close(): void;
}

/** Listens from the start, so that a taken port is found before anything trades; answers 503 until it is served. */
export class HttpServer {
  readonly port: number;
  readonly #server: Server;
  #answer: Answer = () => answerProblem(starting());
  #upgrades: Upgrades = { upgrade: starting, close: () => {} };
  #closed: Promise<void> | null = null;

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    const listener = getRequestListener((request) => this.#answer(request), {
      overrideGlobalObjects: false,
      errorHandler: (error) =>
        answerProblem(new HttpProblem('invalid', `not a request: ${(error as Error).message}`)),
    });
    server.on('request', (request, response) => {
      if (request.url?.startsWith('/')) return listener(request, response);
      const { status, headers, body } = writeProblem(new HttpProblem('wrong_host', 'this is no proxy'));
      response.writeHead(status, headers).end(body);
    });
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket as Socket, head));
    server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
      if (error.code === 'ECONNRESET' || !socket.writable) return socket.destroy();
      refuse(socket, new HttpProblem('invalid', `not a request: ${error.message}`));
    });
  }

  /** `setting` is what says another port. Throws an AddressError when the address is taken or not ours. */
  static listen({ host, port, setting = 'server.port' }: Address): Promise<HttpServer> {
    return new Promise((resolve, reject) => {
      const server = createServer({ requestTimeout: 30_000 });
      server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, { host, port, setting })));
      server.listen(port, host, () => resolve(new HttpServer(server)));
    });
  }

  serve(answer: Answer, upgrades?: Upgrades): void {
    this.#answer = answer;
    if (upgrades) this.#upgrades = upgrades;
  }

  /** Lets answers under way end for a moment, then cuts every connection. */
  close(graceMs: number): Promise<void> {
    this.#closed ??= this.#close(graceMs);
    return this.#closed;
  }

  /** Other protocols than WebSocket are passed over, as RFC 9110 has it: some clients ask for HTTP/2 each time. */
  #upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    if (request.headers.upgrade?.toLowerCase() === 'websocket') {
      const problem = this.#upgrades.upgrade(request, socket, head);
      if (problem) refuse(socket, problem);
      return;
    }
    if (request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined)
      return refuse(socket, new HttpProblem('invalid', 'a request with a body can not ask for an upgrade'));
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    response.once('finish', () => socket.end());
    this.#server.emit('request', request, response);
  }

  async #close(graceMs: number): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#upgrades.close();
    this.#server.closeIdleConnections();
    const cut = setTimeout(() => this.#server.closeAllConnections(), graceMs);
    await closed.finally(() => clearTimeout(cut));
  }
}

const starting = (): HttpProblem => new HttpProblem('unavailable', 'the daemon is starting');

function explain(error: NodeJS.ErrnoException, { host, port, setting }: Required<Address>): AddressError {
  const place = `${inUrl(host)}:${port}`;
  if (error.code === 'EADDRINUSE')
    return new AddressError(
      `${place} is in use by another program: stop it, or set ${setting} to a free one`,
    );
  if (error.code === 'EACCES')
    return new AddressError(`not allowed to listen on ${place}: set ${setting} to one above 1023`);
  return new AddressError(
    `can't listen on ${place} (${setting === 'server.port' ? 'server.host and ' : ''}${setting}): ${error.code ?? error.message}`,
  );
}
