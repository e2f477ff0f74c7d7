import { Hono } from 'hono';
import type { Clock } from '../../../actors/ports.ts';
import { guardAccess } from '../../http/access.ts';
import { StreamServer } from '../../http/events/stream-server.ts';
import { ANSWER_HEADERS, answerProblem, HttpProblem, problemOf } from '../../http/problem.ts';
import { HttpServer } from '../../http/server.ts';
import type { Log } from '../../log/log.ts';
import type { ActorRegistry } from '../registry.ts';
import { StatelyFeed } from './stately-feed.ts';
import { STATELY_PAGE, STATELY_PAGE_HEADERS } from './stately-page.ts';

/** Nobody but programs on this machine may look. */
const HOST = '127.0.0.1';
const ANSWERS_WAIT_MS = 1_000;

export interface StatelyServerOptions {
  registry: ActorRegistry;
  clock: Pick<Clock, 'now'>;
  /** Of real time. */
  timer: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  token: string;
  log: Pick<Log, 'error'>;
}

/** The Stately inspector's own protocol at `ws://127.0.0.1:<port>`, and a page that frames the hosted one. */
export class StatelyServer {
  readonly port: number;
  readonly #server: HttpServer;

  private constructor(server: HttpServer) {
    this.#server = server;
    this.port = server.port;
  }

  /** Throws an AddressError when the port is taken. */
  static async listen(port: number): Promise<StatelyServer> {
    return new StatelyServer(await HttpServer.listen({ host: HOST, port, setting: '--inspect <port>' }));
  }

  get url(): string {
    return `http://${HOST}:${this.port}`;
  }

  serve({ registry, clock, timer, token, log }: StatelyServerOptions): void {
    const access = { host: HOST, port: this.port, token };
    const app = new Hono();
    app.onError((error) => answerProblem(problemOf(error) ?? new HttpProblem('internal', error.message)));
    app.notFound(() => answerProblem(new HttpProblem('no_such_route', 'there is only /')));
    app.use(guardAccess(access));
    app.get('/', (context) =>
      context.html(STATELY_PAGE, 200, { ...ANSWER_HEADERS, ...STATELY_PAGE_HEADERS }),
    );
    const streams = { '/': new StatelyFeed({ registry, clock }) };
    this.#server.serve((request) => app.fetch(request), new StreamServer({ streams, access, timer, log }));
  }

  close(): Promise<void> {
    return this.#server.close(ANSWERS_WAIT_MS);
  }
}
