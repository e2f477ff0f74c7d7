import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock, TimerHandle } from '../../../actors/ports.ts';
import type { Log } from '../../log/log.ts';
import { type AccessRules, bearerOf, createAccess } from '../access.ts';
import { EVENTS_PROTOCOL, TOKEN_PROTOCOL } from '../places.ts';
import { HttpProblem } from '../problem.ts';
import { refuse } from '../refuse.ts';
import type { Upgrades } from '../server.ts';
import { Connection } from './connection.ts';
import type { Stream } from './stream.ts';

export interface StreamServerOptions {
  /** What can be followed, by path. */
  streams: Readonly<Record<string, Stream>>;
  access: AccessRules;
  /** Of real time: people look at paper time too. */
  timer: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  log: Pick<Log, 'error'>;
  /** Default 32. */
  mostConnections?: number;
}

const TICK_MS = 50;
const PING_TICKS = 600;
const MOST_CONNECTIONS = 32;
const LONGEST_MESSAGE = 1024;

/** Streams over WebSocket, under the same rules of access as reading. */
export class StreamServer implements Upgrades {
  readonly #options: StreamServerOptions;
  readonly #refusal: ReturnType<typeof createAccess>;
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: LONGEST_MESSAGE,
    handleProtocols: (offered) => (offered.has(EVENTS_PROTOCOL) ? EVENTS_PROTOCOL : false),
  });
  readonly #connections = new Map<Connection, Stream>();
  #timer: TimerHandle | null = null;
  #ticks = 0;

  constructor(options: StreamServerOptions) {
    this.#options = options;
    this.#refusal = createAccess(options.access);
    this.#server.on('wsClientError', (error, socket) =>
      refuse(socket, new HttpProblem('invalid', `not a WebSocket handshake: ${error.message}`)),
    );
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): HttpProblem | null {
    const problem = this.#refuse(request);
    if (problem) return problem;
    const { path, query } = askedOf(request);
    const stream = this.#streamAt(path);
    if (stream === null) return new HttpProblem('no_such_route', `nothing is told at ${path.slice(0, 200)}`);
    const refusal = stream.refuse(query);
    if (refusal) return refusal;
    this.#server.handleUpgrade(request, socket, head, (opened) => this.#open(opened, stream, query));
    return null;
  }

  /** Says goodbye to every client; who does not answer is cut off. */
  close(): void {
    for (const connection of this.#connections.keys()) connection.end('stopping');
    this.#rest();
  }

  #refuse(request: IncomingMessage): HttpProblem | null {
    const { headers, method = '' } = request;
    const problem = this.#refusal({
      method,
      header: (name) => headers[name] as string | undefined,
      token: bearerOf(headers.authorization) ?? offeredToken(headers['sec-websocket-protocol']),
    });
    if (problem) return problem;
    const most = this.#options.mostConnections ?? MOST_CONNECTIONS;
    if (this.#connections.size >= most)
      return new HttpProblem('unavailable', `${most} clients listen already`, {
        headers: { 'retry-after': '30' },
      });
    return null;
  }

  #streamAt(path: string): Stream | null {
    const { streams } = this.#options;
    return Object.hasOwn(streams, path) ? streams[path]! : null;
  }

  #open(socket: WebSocket, stream: Stream, query: URLSearchParams): void {
    const { timer } = this.#options;
    const connection: Connection = new Connection({
      socket,
      describe: (ids) => stream.describe(ids, connection),
      later: (fn, ms) => timer.setTimeout(fn, ms),
    });
    socket.on('error', () => socket.terminate());
    socket.on('message', () => connection.end('spokenTo'));
    socket.on('close', () => this.#leave(connection, stream));
    this.#connections.set(connection, stream);
    this.#safely(stream, () => connection.greet(stream.join(connection, query)));
    this.#timer ??= timer.setTimeout(() => this.#tick(), TICK_MS);
  }

  #tick(): void {
    this.#timer = this.#options.timer.setTimeout(() => this.#tick(), TICK_MS);
    this.#ticks += 1;
    for (const stream of new Set(this.#connections.values()))
      this.#safely(stream, () => {
        for (const connection of this.#following(stream)) connection.catchUp();
        stream.tick();
      });
    if (this.#ticks % PING_TICKS === 0) for (const connection of this.#connections.keys()) connection.ping();
  }

  #following(stream: Stream): Connection[] {
    return [...this.#connections]
      .filter(([, followed]) => followed === stream)
      .map(([connection]) => connection);
  }

  #leave(connection: Connection, stream: Stream): void {
    this.#connections.delete(connection);
    this.#safely(stream, () => stream.leave(connection));
    if (this.#connections.size === 0) this.#rest();
  }

  #rest(): void {
    if (this.#timer !== null) this.#options.timer.clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** Who only looks on never hurts what is looked at. */
  #safely(stream: Stream, look: () => void): void {
    try {
      look();
    } catch (error) {
      this.#options.log.error({ err: error }, 'events could not be told: their streams end');
      for (const connection of this.#following(stream)) connection.end('failed');
    }
  }
}

/** What an upgrade asks for; a target that is no address asks for nothing there is. */
function askedOf({ url = '' }: IncomingMessage): { path: string; query: URLSearchParams } {
  const [path = '', ...rest] = url.split('?');
  return { path, query: new URLSearchParams(rest.join('?')) };
}

/** Browsers can't set headers: the token comes among the subprotocols, and is never said back. */
const offeredToken = (protocols: string | undefined): string | undefined =>
  protocols
    ?.split(',')
    .map((protocol) => protocol.trim())
    .find((protocol) => protocol.startsWith(TOKEN_PROTOCOL))
    ?.slice(TOKEN_PROTOCOL.length);
