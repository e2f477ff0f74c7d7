import type { Clock, Ids, TimerHandle } from '../../actors/ports.ts';
import type { Log } from '../log/log.ts';
import type { AlertNews, Message } from './message.ts';
import { type Delivery, failed, type Sink } from './sink.ts';

export interface OutboxLimits {
  maxPerMinute: number;
  /** Before the 1st, 2nd, … repeat (ms); the last one stays. */
  backoffMs: readonly number[];
}

export interface OutboxOptions {
  sink: Sink;
  /** Real time. */
  clock: Clock;
  ids: Ids;
  log: Log;
  limits: () => OutboxLimits;
  instance: () => string | null;
}

/** What became of the messages to one receiver since the start. */
export interface OutboxCounts {
  sink: string;
  sent: number;
  /** Attempts that came to nothing. */
  failed: number;
  /** Told to nobody: refused, or dropped while too many waited. */
  lost: number;
  waiting: number;
}

const MOST_WAITING = 200;
const MINUTE_MS = 60_000;
/** A failure is logged the first time, and then once in so many. */
const LOGGED_EVERY = 10;

/**
 * What one receiver is still to be told, in order: each once it answered, at the pace that is allowed, again and again
 * while it does not. Whoever adds to it never waits, and nothing in here throws.
 */
export class Outbox {
  readonly sink: Sink;
  readonly #options: OutboxOptions;
  #waiting: AlertNews[] = [];
  /** When the attempts of the last minute began (ms). */
  #attempts: number[] = [];
  #failures = 0;
  /** Dropped since the last message that arrived. */
  #unsaid = 0;
  #counts = { sent: 0, failed: 0, lost: 0 };
  #work: Promise<void> | null = null;
  #pause: { timer: TimerHandle; end: () => void } | null = null;
  #mode: 'open' | 'flushing' | 'stopped' = 'open';

  constructor(options: OutboxOptions) {
    this.sink = options.sink;
    this.#options = options;
  }

  add(news: AlertNews): void {
    if (this.#mode !== 'open') return;
    // What is still to be told of an incident needs no reminder.
    if (news.event === 'repeated' && this.#waiting.some(({ alert }) => alert.key === news.alert.key)) return;
    if (this.#waiting.length >= MOST_WAITING) this.#dropOne();
    this.#waiting.push(news);
    this.#work ??= this.#deliverAll().finally(() => {
      this.#work = null;
    });
  }

  counts(): OutboxCounts {
    return { sink: this.sink.name, ...this.#counts, waiting: this.#waiting.length };
  }

  /** Nothing more is added: what waits is tried once more, at once and in one message. Resolves when that is over. */
  async flush(): Promise<void> {
    if (this.#mode === 'open') this.#mode = 'flushing';
    this.#pause?.end();
    await this.#work;
    if (this.#waiting.length > 0) this.#sayLost(`${this.#waiting.length} not sent before the end`);
  }

  /** Gives up whatever still waits. */
  stop(): void {
    this.#mode = 'stopped';
    this.#pause?.end();
  }

  async #deliverAll(): Promise<void> {
    // Who raises an alert goes on first.
    await null;
    while (this.#waiting.length > 0 && this.#mode !== 'stopped') {
      const isLast = this.#mode === 'flushing';
      const waitMs = isLast ? 0 : this.#untilAllowed();
      if (waitMs > 0) await this.#rest(waitMs);
      else {
        const delivery = await this.#attempt(isLast);
        if (isLast && delivery.kind === 'failed') return;
        if (delivery.kind === 'failed') await this.#rest(this.#backoff(delivery.waitMs));
      }
    }
  }

  /** The last message that the minute allows takes all that waits. */
  async #attempt(isLast: boolean): Promise<Delivery> {
    const { clock, instance } = this.#options;
    const isSummary = isLast || this.#allowed() === 1;
    const news = isSummary ? [...this.#waiting] : this.#waiting.slice(0, 1);
    this.#attempts.push(clock.now());
    const lost = this.#unsaid;
    const message = { news, isTest: false, lost, instance: instance(), sentAt: clock.now() };
    const delivery = await this.#hand(message);
    if (delivery.kind === 'failed') {
      this.#noteFailure(delivery.reason);
      return delivery;
    }
    this.#waiting = this.#waiting.filter((one) => !news.includes(one));
    if (delivery.kind === 'delivered') this.#noteSuccess(lost);
    else this.#noteRefusal(delivery.reason, news.length);
    return delivery;
  }

  async #hand(message: Message): Promise<Delivery> {
    try {
      return await this.sink.deliver(message);
    } catch (error) {
      return failed(`it could not be sent (${error instanceof Error ? error.name : 'unknown'})`);
    }
  }

  #noteSuccess(said: number): void {
    const { log } = this.#options;
    if (this.#failures > 0) log.info(this.#facts(), `alerts reach ${this.sink.name} again`);
    this.#failures = 0;
    this.#counts.sent += 1;
    this.#unsaid -= said;
  }

  #noteFailure(reason: string): void {
    this.#counts.failed += 1;
    if (this.#failures % LOGGED_EVERY === 0)
      this.#options.log.warn(this.#facts(), `alerts do not reach ${this.sink.name}: ${reason}; tried again`);
    this.#failures += 1;
  }

  #noteRefusal(reason: string, news: number): void {
    this.#failures = 0;
    this.#lose(news);
    this.#sayLost(`refused: ${reason}`);
  }

  /** The oldest that is not critical, or the oldest. */
  #dropOne(): void {
    const index = this.#waiting.findIndex(({ alert }) => alert.severity !== 'critical');
    this.#waiting.splice(Math.max(0, index), 1);
    if (this.#unsaid === 0) this.#sayLost(`more than ${MOST_WAITING} wait, the oldest are dropped`);
    this.#lose(1);
  }

  #lose(news: number): void {
    this.#counts.lost += news;
    this.#unsaid += news;
  }

  #sayLost(reason: string): void {
    this.#options.log.error(this.#facts(), `alerts were not told to ${this.sink.name}: ${reason}`);
  }

  #facts(): Omit<OutboxCounts, 'sink'> {
    const { sink: _, ...facts } = this.counts();
    return facts;
  }

  /** How many attempts the present minute still allows; one from the future was made before the clock was set back. */
  #allowed(): number {
    const now = this.#options.clock.now();
    this.#attempts = this.#attempts.filter((at) => at > now - MINUTE_MS && at <= now);
    return this.#options.limits().maxPerMinute - this.#attempts.length;
  }

  #untilAllowed(): number {
    if (this.#allowed() > 0) return 0;
    const oldest = this.#attempts.at(-this.#options.limits().maxPerMinute)!;
    return Math.max(1, oldest + MINUTE_MS - this.#options.clock.now());
  }

  /** The configured wait, a quarter more or less; never shorter than the receiver asks for. */
  #backoff(askedMs: number | null): number {
    const { ids, limits } = this.#options;
    const { backoffMs } = limits();
    const base = backoffMs[Math.min(this.#failures, backoffMs.length) - 1] ?? MINUTE_MS;
    return Math.max(askedMs ?? 0, Math.round(base * (0.75 + jitterOf(ids.next()) / 2)));
  }

  #rest(ms: number): Promise<void> {
    if (this.#mode !== 'open') return Promise.resolve();
    const { clock } = this.#options;
    return new Promise((resolve) => {
      const end = () => {
        clock.clearTimeout(timer);
        this.#pause = null;
        resolve();
      };
      const timer = clock.setTimeout(end, ms);
      this.#pause = { timer, end };
    });
  }
}

/** A random id as a number from 0 to 1. */
const jitterOf = (id: string): number => Number.parseInt(id, 36) / 36 ** id.length;
