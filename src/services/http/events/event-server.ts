import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock, TimerHandle } from '../../../actors/ports.ts';
import type { Log } from '../../log/log.ts';
import { type AccessRules, bearerOf, createAccess } from '../access.ts';
import { EVENTS_PATH, EVENTS_PROTOCOL, TOKEN_PROTOCOL } from '../places.ts';
import { HttpProblem } from '../problem.ts';
import { refuse } from '../refuse.ts';
import type { Upgrades } from '../server.ts';
import { Connection, type Ending } from './connection.ts';
import type { EventFeed } from './feed.ts';

export interface EventServerOptions {
  feed: EventFeed;
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

/** Events over WebSocket, under the same rules of access as reading. */
export class EventServer implements Upgrades {
  readonly #options: EventServerOptions;
  readonly #refusal: ReturnType<typeof createAccess>;
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: LONGEST_MESSAGE,
    handleProtocols: (offered) => (offered.has(EVENTS_PROTOCOL) ? EVENTS_PROTOCOL : false),
  });
  readonly #connections = new Set<Connection>();
  #timer: TimerHandle | null = null;
  #ticks = 0;

  constructor(options: EventServerOptions) {
    this.#options = options;
    this.#refusal = createAccess(options.access);
    this.#server.on('wsClientError', (error, socket) =>
      refuse(socket, new HttpProblem('invalid', `not a WebSocket handshake: ${error.message}`)),
    );
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): HttpProblem | null {
    const problem = this.#refuse(request);
    if (problem) return problem;
    this.#server.handleUpgrade(request, socket, head, (opened) => this.#open(opened));
    return null;
  }

  /** Says goodbye to every client; who does not answer is cut off. */
  close(): void {
    this.#endAll('stopping');
    this.#rest();
  }

  #refuse(request: IncomingMessage): HttpProblem | null {
    const { headers, url = '', method = '' } = request;
    const problem = this.#refusal({
      method,
      header: (name) => headers[name] as string | undefined,
      token: bearerOf(headers.authorization) ?? offeredToken(headers['sec-websocket-protocol']),
    });
    if (problem) return problem;
    if (url.split('?', 1)[0] !== EVENTS_PATH)
      return new HttpProblem('no_such_route', `events are at ${EVENTS_PATH}`);
    const most = this.#options.mostConnections ?? MOST_CONNECTIONS;
    if (this.#connections.size >= most)
      return new HttpProblem('unavailable', `${most} clients listen already`, {
        headers: { 'retry-after': '30' },
      });
    return null;
  }

  #open(socket: WebSocket): void {
    const { feed, timer } = this.#options;
    const connection = new Connection({
      socket,
      describe: (ids) => feed.positions(ids),
      later: (fn, ms) => timer.setTimeout(fn, ms),
    });
    socket.on('error', () => socket.terminate());
    socket.on('message', () => connection.end('spokenTo'));
    socket.on('close', () => this.#leave(connection));
    this.#connections.add(connection);
    this.#safely(() => connection.greet(feed.join(connection)));
    this.#timer ??= timer.setTimeout(() => this.#tick(), TICK_MS);
  }

  #tick(): void {
    this.#timer = this.#options.timer.setTimeout(() => this.#tick(), TICK_MS);
    this.#ticks += 1;
    this.#safely(() => {
      for (const connection of this.#connections) connection.catchUp();
      this.#options.feed.tick();
    });
    if (this.#ticks % PING_TICKS === 0) for (const connection of this.#connections) connection.ping();
  }

  #leave(connection: Connection): void {
    this.#connections.delete(connection);
    this.#options.feed.leave(connection);
    if (this.#connections.size === 0) this.#rest();
  }

  #rest(): void {
    if (this.#timer !== null) this.#options.timer.clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** Who only looks on never hurts what is looked at. */
  #safely(look: () => void): void {
    try {
      look();
    } catch (error) {
      this.#options.log.error({ err: error }, 'events could not be told: their streams end');
      this.#endAll('failed');
    }
  }

  #endAll(ending: Ending): void {
    for (const connection of this.#connections) connection.end(ending);
  }
}

/** Browsers can't set headers: the token comes among the subprotocols, and is never said back. */
const offeredToken = (protocols: string | undefined): string | undefined =>
  protocols
    ?.split(',')
    .map((protocol) => protocol.trim())
    .find((protocol) => protocol.startsWith(TOKEN_PROTOCOL))
    ?.slice(TOKEN_PROTOCOL.length);
