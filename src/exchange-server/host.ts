import type {
  Action,
  ActResult,
  ExchangeRequest,
  ExchangeResponse,
  OutgoingFrame,
  Reply,
  Truth,
} from '../exchange/exchange.ts';
import { Life, type Say } from './life.ts';
import type { Scenario } from './scenario.ts';
import type { SavedState } from './state-file.ts';

interface HostOptions {
  scenario: Scenario;
  /** PEM of the key that verifies the practice account's signatures. */
  publicKey: string;
  /** Where an earlier life left off. */
  saved: SavedState | null;
  /** ms since the epoch. */
  now(): number;
  /** Back when the disk has it. */
  save(state: SavedState): void;
  /** False: there is no such connection. */
  send(frame: OutgoingFrame): boolean;
  /** Hears of what happens; null: nobody does, which saves comparing. */
  say: Say;
}

/** One of a list of actions could not happen; `done` are the results of those before it. */
export class ActError extends Error {
  override name = 'ActError';
  readonly index: number;
  readonly done: readonly ActResult[];

  constructor(message: string, index: number, done: readonly ActResult[]) {
    super(message);
    this.index = index;
    this.done = done;
  }
}

const SAVE_WITHIN_MS = 1_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Runs an exchange in real time: lets it live, keeps it on disk and hands out what is due. It opens with the first
 * request, so that a scenario's clock starts when somebody is there to see it. Whatever changes it is on disk before
 * anybody hears of it.
 */
export class ExchangeHost {
  readonly #options: HostOptions;
  readonly #connections = new Set<number>();
  #life: Life | null = null;
  #last = 0;
  #timer: NodeJS.Timeout | null = null;
  /** Until when what changed without anybody hearing of it has to be saved (ms). */
  #saveBy = Number.POSITIVE_INFINITY;
  /** Something happened that somebody may hear of with the next answer or frame. */
  #matters = false;
  #stopped = false;

  /** Throws a StateError when the saved exchange can't be gone on from. */
  constructor(options: HostOptions) {
    this.#options = options;
    if (options.saved) this.#life = Life.restore(options.saved, options.say);
  }

  /** When the exchange opened (ms); null while it waits for the first request. */
  get openedAt(): number | null {
    return this.#life?.progress.openedAt ?? null;
  }

  /** Lets a restored exchange catch up with the time. */
  start(): void {
    if (this.#life) this.#tick();
  }

  handle(request: ExchangeRequest): Reply {
    const { life, at } = this.#enter();
    const reply = life.exchange.handle(request, at);
    this.#leave(request.method !== 'GET');
    return reply;
  }

  /** A stream's upgrade: `accept` takes the connection or answers false. Answers the refusal, or null. */
  connect(request: ExchangeRequest, accept: (connectionId: number) => boolean): ExchangeResponse | null {
    const { life, at } = this.#enter();
    const result = life.exchange.connect(request, at);
    const refused = 'connectionId' in result ? null : result;
    if ('connectionId' in result) {
      this.#connections.add(result.connectionId);
      if (!accept(result.connectionId)) this.disconnect(result.connectionId);
    }
    this.#leave(false);
    return refused;
  }

  receive(connectionId: number, text: string): void {
    const { life, at } = this.#enter();
    life.exchange.receive(connectionId, text, at);
    this.#leave(false);
  }

  disconnect(connectionId: number): void {
    this.#connections.delete(connectionId);
    this.#life?.exchange.disconnect(connectionId);
  }

  /** Carries actions out one after the other. Throws an ActError at the first that cannot happen. */
  act(actions: readonly Action[]): ActResult[] {
    const { life, at } = this.#enter();
    const done: ActResult[] = [];
    try {
      for (const action of actions) done.push(life.exchange.act(action, at));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new ActError(error.message, done.length, done);
    } finally {
      this.#leave(true);
    }
    return done;
  }

  truth(): Truth {
    const { life } = this.#enter();
    this.#leave(false);
    return life.exchange.truth();
  }

  /** Saves for the last time; nothing happens by itself any more. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    if (this.#life) this.#save(this.#life);
  }

  #open(): Life {
    const { scenario, publicKey, say } = this.#options;
    say?.(`the first request: the exchange opens, the scenario ${scenario.name} begins`);
    this.#life = Life.begin(scenario, publicKey, this.#now(), say);
    return this.#life;
  }

  #now(): number {
    this.#last = Math.max(this.#last, this.#options.now());
    return this.#last;
  }

  /** The exchange with all that fell due before, and the time of what comes now. */
  #enter(): { life: Life; at: number } {
    const life = this.#life ?? this.#open();
    const at = this.#now();
    if (life.catchUp(at)) this.#matters = true;
    return { life, at };
  }

  /** `matters`: somebody may rely on what happened, so it goes to disk first; otherwise within a second. */
  #leave(matters: boolean): void {
    const life = this.#life!;
    const at = this.#last;
    if (life.catchUp(at) || matters || this.#matters) {
      life.tell();
      this.#save(life);
    } else this.#saveBy = Math.min(this.#saveBy, at + SAVE_WITHIN_MS);
    for (const frame of life.exchange.takeFrames(at))
      if (!this.#options.send(frame)) this.disconnect(frame.connectionId);
    this.#schedule(life);
  }

  #tick(): void {
    this.#enter();
    this.#leave(true);
  }

  #save({ exchange, progress }: Life): void {
    const { scenario, publicKey, save } = this.#options;
    const connections = [...this.#connections];
    save({ scenario, publicKey, progress, connections, exchange: exchange.snapshot() });
    this.#saveBy = Number.POSITIVE_INFINITY;
    this.#matters = false;
  }

  #schedule(life: Life): void {
    if (this.#stopped) return;
    if (this.#timer) clearTimeout(this.#timer);
    const waitMs = Math.min(life.nextDueAt(), this.#saveBy) - this.#now();
    this.#timer = setTimeout(() => this.#tick(), Math.min(Math.max(waitMs, 1), LONGEST_TIMER_MS));
  }
}
