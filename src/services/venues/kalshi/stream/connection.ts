import type { Clock, TimerHandle } from '../../../../actors/ports.ts';
import { type Frame, isBookMessage, readFrame } from '../wire/stream.ts';
import { MessageAge } from './age.ts';
import { StreamBooks } from './books.ts';
import { BOOKS, type Channel, OTHER_CHANNELS } from './commands.ts';
import type { StreamCounters } from './counters.ts';
import type { StreamListener } from './listener.ts';
import { SilenceWatch } from './silence.ts';
import type { OpenSocket, Socket } from './socket.ts';
import { StreamSubscriptions } from './subscriptions.ts';

interface ConnectionOptions {
  open: OpenSocket;
  url: URL;
  headers: Record<string, string>;
  clock: Clock;
  listener: StreamListener;
  /** The exchange's clock minus ours (ms). */
  skewMs: () => number;
  tickers: ReadonlySet<string>;
  counters: StreamCounters;
  /** Called once, unless we end it; `livedMs` counts from the handshake's end, 0 without one. */
  ended: (reason: string, livedMs: number) => void;
}

const CONFIRM_MS = 10_000;
const REFRESH_MS = 4_000;
/** A subscription that the exchange ends twice within this takes the connection with it. */
const ENDED_TWICE_MS = 60_000;

/** One connection from its handshake to its end: subscriptions, signs of life, and who hears of which frame. */
export class StreamConnection {
  readonly #options: ConnectionOptions;
  readonly #socket: Socket;
  readonly #subscriptions: StreamSubscriptions;
  readonly #books: StreamBooks;
  readonly #silence: SilenceWatch;
  readonly #endedAt = new Map<Channel, number>();
  #openedAt: number | null = null;
  #refreshedAt: number;
  #isLive = false;
  #isOver = false;
  #confirmTimer: TimerHandle | null = null;

  constructor(options: ConnectionOptions) {
    const { open, url, headers, clock, counters, listener } = options;
    this.#options = options;
    this.#refreshedAt = clock.now();
    this.#subscriptions = new StreamSubscriptions((text) => this.#socket.send(text));
    this.#books = new StreamBooks(
      {
        clock,
        counters,
        age: new MessageAge(clock, options.skewMs),
        deliver: (book) => listener.book(book),
        commands: {
          subscribe: (tickers) => this.#subscribe(BOOKS, tickers),
          unsubscribe: (sid) => this.#subscriptions.unsubscribe(sid),
          update: (sid, action, tickers) => this.#subscriptions.update(sid, action, tickers),
        },
      },
      options.tickers,
    );
    this.#silence = new SilenceWatch(clock, (reason) => this.#fail(reason));
    this.#socket = open(url, headers, {
      opened: () => this.#hear(() => this.#opened()),
      text: (text) => this.#hear(() => this.#read(text)),
      ping: () => this.#hear(() => {}),
      closed: (reason) => this.#fail(reason),
    });
  }

  watch(tickers: ReadonlySet<string>): void {
    this.#books.watch(tickers);
  }

  isLive(): boolean {
    return this.#isLive && this.#silence.isHeard();
  }

  /** Ends it from our side: nothing is told afterwards. */
  end(): void {
    const { clock } = this.#options;
    this.#isOver = true;
    this.#isLive = false;
    this.#silence.stop();
    if (this.#confirmTimer !== null) clock.clearTimeout(this.#confirmTimer);
    this.#books.stop();
    this.#socket.close();
  }

  #fail(reason: string): void {
    if (this.#isOver) return;
    this.end();
    const livedMs = this.#openedAt === null ? 0 : this.#options.clock.now() - this.#openedAt;
    this.#options.ended(reason, livedMs);
  }

  #hear(act: () => void): void {
    if (this.#isOver) return;
    const now = this.#options.clock.now();
    this.#silence.hear();
    act();
    if (this.#isOver || now - this.#refreshedAt < REFRESH_MS) return;
    this.#refreshedAt = now;
    this.#books.refresh();
  }

  // ── Subscriptions ────────────────────────────────────────────────────────────────────────────────────────

  #opened(): void {
    this.#openedAt = this.#options.clock.now();
    for (const channel of OTHER_CHANNELS) this.#subscribe(channel);
    this.#books.start();
  }

  #subscribe(channel: Channel, tickers?: readonly string[]): void {
    const { clock } = this.#options;
    this.#subscriptions.subscribe(channel, tickers);
    if (this.#confirmTimer !== null) clock.clearTimeout(this.#confirmTimer);
    this.#confirmTimer = clock.setTimeout(() => {
      const unconfirmed = this.#subscriptions.unconfirmed();
      if (unconfirmed.length > 0) this.#fail(`not confirmed: ${unconfirmed.join(', ')}`);
    }, CONFIRM_MS);
  }

  #confirm(id: number | null, channelName: string, sid: number): void {
    const channel = this.#subscriptions.confirm(id, channelName, sid);
    if (channel === BOOKS) this.#books.subscribed(sid);
    this.#becomeLive();
  }

  #becomeLive(): void {
    if (this.#isLive || this.#subscriptions.unconfirmed().length > 0) return;
    this.#isLive = true;
    this.#options.listener.connected();
  }

  #judge({ id, sid }: Frame, code: number | null, words: string): void {
    const reason = `error ${code ?? 'without a code'}${words === '' ? '' : `: ${words}`}`;
    const verdict = this.#subscriptions.judge(code, id, sid);
    if (verdict.kind === 'fatal') return this.#fail(reason);
    if (verdict.kind === 'ended') return this.#subscribeAnew(verdict.channels, reason);
    const { counters } = this.#options;
    counters.refusals += 1;
    counters.lastRefusal = reason;
    if (verdict.kind === 'books_refused') this.#books.refused(verdict);
  }

  #subscribeAnew(channels: readonly Channel[], reason: string): void {
    const { clock, listener } = this.#options;
    const now = clock.now();
    const before = (channel: Channel) => this.#endedAt.get(channel) ?? Number.NEGATIVE_INFINITY;
    if (channels.some((channel) => now - before(channel) < ENDED_TWICE_MS)) return this.#fail(reason);
    for (const channel of channels) this.#endedAt.set(channel, now);
    this.#isLive = false;
    listener.lost(reason);
    if (this.#isOver) return;
    for (const channel of channels)
      if (channel === BOOKS) this.#books.resubscribe({ isOver: true });
      else this.#subscribe(channel);
    this.#becomeLive();
  }

  // ── Frames ───────────────────────────────────────────────────────────────────────────────────────────────

  #read(text: string): void {
    const { counters } = this.#options;
    counters.frames += 1;
    const frame = readFrame(text);
    if (frame === null) counters.unreadable += 1;
    else this.#route(frame);
  }

  #route(frame: Frame): void {
    const { counters, listener } = this.#options;
    const { message } = frame;
    if (frame.sid !== null && frame.sid === this.#books.sid) this.#books.receive(frame);
    else if (frame.sid === null && isBookMessage(message)) this.#books.receive({ ...frame, seq: null });
    if (this.#isOver) return;
    switch (message.kind) {
      case 'subscribed':
        return this.#confirm(frame.id, message.channel, message.sid);
      case 'error':
        return this.#judge(frame, message.code, message.words);
      case 'order':
        return listener.order(message.order);
      case 'fill':
        return listener.fill(message.order);
      case 'position':
        return listener.position();
      case 'lifecycle':
        return this.#books.watches(message.event.market) ? listener.lifecycle(message.event) : undefined;
      case 'bad_account':
        counters.malformed += 1;
        return listener.doubt(`a ${message.type} message could not be read`);
      case 'bad_book':
      case 'bad_other':
        counters.malformed += 1;
        return;
      case 'unknown':
        counters.unknown += 1;
        return;
      case 'snapshot':
      case 'delta':
      case 'other':
        return;
    }
  }
}
