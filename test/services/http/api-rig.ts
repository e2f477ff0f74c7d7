/** The API over a tree in virtual time, asked in this process or over a socket. */
import type { AlertRecord, DecisionRecord } from '../../../src/actors/ports.ts';
import type { AccessRules } from '../../../src/services/http/access.ts';
import { createApp } from '../../../src/services/http/app.ts';
import { EventFeed } from '../../../src/services/http/events/feed.ts';
import { StreamServer } from '../../../src/services/http/events/stream-server.ts';
import { EVENTS_PATH, INSPECTION_PATH } from '../../../src/services/http/places.ts';
import { createRecords } from '../../../src/services/http/records.ts';
import { HttpServer } from '../../../src/services/http/server.ts';
import type { DaemonStatus } from '../../../src/services/http/status.ts';
import { InspectionFeed } from '../../../src/services/inspect/inspection-feed.ts';
import { ActorRegistry } from '../../../src/services/inspect/registry.ts';
import type { Log } from '../../../src/services/log/log.ts';
import { combineNotifiers, OpenAlerts } from '../../../src/services/log/notifier.ts';
import { LiveRig } from '../../support/live-rig.ts';
import type { WorldOptions } from '../../support/world.ts';

export const TOKEN = '5'.repeat(64);
export const TRUSTED = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };

export interface ApiRigOptions extends WorldOptions {
  text?: string;
  host?: string;
  mostConnections?: number;
  isReady?: boolean;
}

export interface ApiAnswer {
  status: number;
  headers: Headers;
  /** As it came, and as JSON where it is. */
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came
  body: any;
}

export class ApiRig {
  readonly live: LiveRig;
  readonly feed: EventFeed;
  readonly registry: ActorRegistry;
  /** What the log was told. */
  readonly log: unknown[] = [];
  readonly #openAlerts: OpenAlerts;
  readonly #options: ApiRigOptions;
  #app: ReturnType<typeof createApp>;
  #server: HttpServer | null = null;

  private constructor(
    live: LiveRig,
    feed: EventFeed,
    registry: ActorRegistry,
    openAlerts: OpenAlerts,
    options: ApiRigOptions,
  ) {
    this.live = live;
    this.feed = feed;
    this.registry = registry;
    this.#openAlerts = openAlerts;
    this.#options = options;
    this.#app = this.#build(this.#access(7717));
  }

  static async open(options: ApiRigOptions = {}): Promise<ApiRig> {
    const openAlerts = new OpenAlerts([]);
    let rig: ApiRig | null = null;
    const notifier = {
      alertRaised: (alert: AlertRecord) => rig?.feed.alertRaised(alert),
      alertResolved: (alert: AlertRecord) => rig?.feed.alertResolved(alert),
      journaled: (decision: DecisionRecord) => rig?.feed.journaled(decision),
    };
    let registry!: ActorRegistry;
    const live = await LiveRig.open(options.text ?? 'log: {}\n', {
      positions: [{}],
      ...options,
      adjust: (given) => {
        const adjusted = options.adjust?.(given) ?? given;
        registry = new ActorRegistry({
          clock: adjusted.clock,
          failed: (error) => {
            throw error;
          },
        });
        return {
          ...adjusted,
          notifier: combineNotifiers([adjusted.notifier, openAlerts, notifier]),
          observe: registry.observe,
        };
      },
    });
    const { world } = live;
    const feed = new EventFeed({
      clock: world.clock,
      watch: () => world.postern.watch(),
      breakers: () => world.postern.breakers(),
      openAlerts,
    });
    rig = new ApiRig(live, feed, registry, openAlerts, options);
    return rig;
  }

  /** In this process; the host header is right unless the test says otherwise. */
  async ask(
    method: string,
    path: string,
    { body, headers = TRUSTED }: { body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<ApiAnswer> {
    const request = new Request(`http://localhost${path}`, {
      method,
      headers: { host: 'localhost:7717', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return read(await this.#app.fetch(request));
  }

  /** Over a socket from now on; returns the port. */
  async listen(): Promise<number> {
    const host = this.#options.host ?? '127.0.0.1';
    this.#server = await HttpServer.listen({ host, port: 0 });
    return this.#server.port;
  }

  /** Takes requests; until then they are told that the daemon starts. */
  serve(): void {
    const server = this.#server!;
    const access = this.#access(server.port);
    const app = this.#build(access);
    const { mostConnections } = this.#options;
    const inspection = new InspectionFeed({ registry: this.registry, clock: this.live.world.clock });
    const streams = new StreamServer({
      streams: { [EVENTS_PATH]: this.feed, [INSPECTION_PATH]: inspection },
      access,
      timer: this.live.world.clock,
      log: this.#log,
      ...(mostConnections === undefined ? {} : { mostConnections }),
    });
    server.serve((request) => app.fetch(request), streams);
  }

  async close(): Promise<void> {
    const closed = this.#server?.close(0);
    await this.live.world.pass(5);
    await closed;
    this.live.close();
  }

  get #log(): Log {
    const say = (...said: unknown[]) => void this.log.push(said);
    return { error: say, warn: say, info: say, debug: say } as unknown as Log;
  }

  #access(port: number): AccessRules {
    return { host: this.#options.host ?? '127.0.0.1', port, token: TOKEN };
  }

  #build(access: AccessRules): ReturnType<typeof createApp> {
    const { world, operations } = this.live;
    const { isReady = true } = this.#options;
    return createApp({
      operations,
      records: createRecords({ store: world.store, clock: world.clock, openAlerts: this.#openAlerts }),
      access,
      status: () => STATUS,
      health: () => ({ alive: true, reasons: [] }),
      readiness: async () => ({
        ...{ ready: isReady, lease: true, store: true, account: isReady, feed: true },
        reasons: isReady ? [] : ['the account was not read yet'],
      }),
      metrics: { contentType: 'text/plain; version=0.0.4', text: async () => 'postern_trading 1\n' },
      log: this.#log,
    });
  }
}

export async function read(answer: Response): Promise<ApiAnswer> {
  const { status, headers } = answer;
  const text = await answer.text();
  const isJson = /json/.test(headers.get('content-type') ?? '');
  return { status, headers, text, body: isJson ? JSON.parse(text) : null };
}

const STATUS: DaemonStatus = {
  instance: 'world',
  pid: 4711,
  started_at: '2026-02-08T12:00:00.000Z',
  uptime_seconds: 31,
  venue: 'scripted',
  mode: 'poll',
  clock: { now: '2026-02-08T12:00:31.000Z', speed: 1 },
  positions: { open: 1 },
  alerts: { open: 0, critical: 0 },
  lease: { owner: 'test', epoch: 1, valid: true },
  budget: { used: 2, limit: 60 },
  ready: true,
  stopping: false,
};
