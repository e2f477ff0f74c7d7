import type { Clock } from '../../../../actors/ports.ts';
import type { Book } from '../../../../domain/market.ts';
import { type BookMessage, type Frame, isBookMessage } from '../wire/stream.ts';
import type { MessageAge } from './age.ts';
import type { UpdateAction } from './commands.ts';
import type { StreamCounters } from './counters.ts';
import { changeLevels, type Levels, readLevels, toBook } from './levels.ts';
import { MissingBooks, type Remedy } from './missing.ts';
import { SequenceCheck } from './sequence.ts';

/** The commands for the one subscription that carries all books. */
interface BookCommands {
  subscribe(tickers: readonly string[]): void;
  unsubscribe(sid: number): void;
  update(sid: number, action: UpdateAction, tickers: readonly string[]): void;
}

interface StreamBooksOptions {
  clock: Clock;
  commands: BookCommands;
  counters: StreamCounters;
  age: MessageAge;
  deliver: (book: Book) => void;
}

interface Kept {
  levels: Levels;
  /** As of its last delivery. */
  observedAt: number;
}

/** The books of one connection. A book that misses a message is dropped, and stays away until a snapshot brings it back. */
export class StreamBooks {
  readonly #options: StreamBooksOptions;
  readonly #missing: MissingBooks;
  readonly #kept = new Map<string, Kept>();
  readonly #sequence = new SequenceCheck();
  #wanted: ReadonlySet<string>;
  /** What the subscription carries, once our commands are carried out. */
  #carried: ReadonlySet<string> = new Set();
  #sid: number | null = null;
  #isStarted = false;
  #isSubscribing = false;

  constructor(options: StreamBooksOptions, wanted: ReadonlySet<string>) {
    this.#options = options;
    this.#wanted = wanted;
    this.#missing = new MissingBooks(options.clock, (remedies) => this.#remedy(remedies));
  }

  get sid(): number | null {
    return this.#sid;
  }

  watches(market: string): boolean {
    return this.#wanted.has(market);
  }

  /** Books are kept for these markets from now on. */
  watch(wanted: ReadonlySet<string>): void {
    this.#wanted = wanted;
    this.#follow();
  }

  /** The connection takes commands from now on. */
  start(): void {
    this.#isStarted = true;
    this.#follow();
  }

  stop(): void {
    this.#isStarted = false;
    this.#wanted = new Set();
    this.#kept.clear();
    this.#missing.stop();
  }

  subscribed(sid: number): void {
    this.#sid = sid;
    this.#isSubscribing = false;
    this.#sequence.restart();
    this.#missing.await(this.#carried);
    this.#follow();
  }

  /** Starts over with a new subscription for all books; `isOver` where the exchange has ended the old one itself. */
  resubscribe({ isOver }: { isOver: boolean }): void {
    const { commands, counters } = this.#options;
    counters.resyncs += 1;
    this.#kept.clear();
    if (this.#sid !== null && !isOver) commands.unsubscribe(this.#sid);
    this.#sid = null;
    this.#isSubscribing = false;
    this.#follow();
  }

  /** An update was refused. While books stand, those that it was for are left to their next remedy. */
  refused({ isOver }: { isOver: boolean }): void {
    if (isOver || this.#kept.size === 0) this.resubscribe({ isOver });
  }

  /** Takes a frame that carries this subscription's sid; anything but a message about a book is only counted. */
  receive(frame: Frame): void {
    const message = isBookMessage(frame.message) ? frame.message : null;
    if (frame.seq === null) return message ? this.#loseWithout(message) : undefined;
    const step = this.#sequence.take(frame.seq);
    if (step === 'restarted') return this.resubscribe({ isOver: false });
    if (step === 'repeated' || step === 'old') {
      this.#options.counters.repeated += 1;
      // An answer to get_snapshot may carry the number of the frame before it.
      const isState =
        step === 'repeated' && message?.kind === 'snapshot' && this.#missing.has(message.market);
      if (isState) this.#apply(message);
      return;
    }
    if (step === 'gap') {
      this.#options.counters.gaps += 1;
      this.#kept.clear();
    }
    if (message && (step === 'next' || message.kind === 'snapshot')) this.#apply(message);
    if (step === 'gap') this.#lose([...this.#carried].filter((market) => !this.#kept.has(market)));
  }

  /** Delivers every book again whose last delivery was of an earlier time. */
  refresh(): void {
    const observedAt = this.#options.age.observedAt();
    for (const [market, kept] of [...this.#kept])
      if (this.#kept.get(market) === kept && kept.observedAt < observedAt) this.#deliver(market, kept.levels);
  }

  #apply(message: BookMessage): void {
    const { market } = message;
    if (market !== null && !this.#wanted.has(market)) return;
    if (message.kind === 'bad_book') return this.#loseWithout(message);
    if (message.kind === 'delta') this.#options.age.note(message.at);
    const levels = message.kind === 'snapshot' ? readLevels(message.yes, message.no) : this.#change(message);
    if (levels === null) return this.#lose([message.market]);
    this.#missing.found(message.market);
    this.#deliver(message.market, levels);
  }

  #change(message: BookMessage & { kind: 'delta' }): Levels | null {
    const kept = this.#kept.get(message.market);
    return kept ? changeLevels(kept.levels, message.change) : null;
  }

  #deliver(market: string, levels: Levels): void {
    const observedAt = this.#options.age.observedAt();
    this.#kept.set(market, { levels, observedAt });
    this.#options.deliver(toBook(market, levels, observedAt));
  }

  #loseWithout({ market }: BookMessage): void {
    this.#lose(market === null ? this.#carried : [market]);
  }

  #lose(markets: Iterable<string>): void {
    const lost = [...markets].filter((market) => this.#wanted.has(market));
    for (const market of lost) this.#kept.delete(market);
    this.#update('get_snapshot', this.#missing.lose(lost));
  }

  #remedy(remedies: ReadonlyMap<string, Remedy>): void {
    if (this.#sid === null) return;
    const by = (remedy: Remedy) => [...remedies.keys()].filter((market) => remedies.get(market) === remedy);
    const anew = by('resubscribe');
    if (anew.length > 0 && this.#kept.size === 0) return this.resubscribe({ isOver: false });
    this.#update('delete_markets', anew);
    this.#update('add_markets', anew);
    this.#update('get_snapshot', by('get_snapshot'));
  }

  /** Brings the subscription in line with what is wanted. */
  #follow(): void {
    const { commands } = this.#options;
    for (const market of [...this.#carried]) if (!this.#wanted.has(market)) this.#forget(market);
    if (!this.#isStarted || this.#isSubscribing) return;
    if (this.#wanted.size === 0) {
      // Without markets a subscription might mean all of them.
      if (this.#sid !== null) commands.unsubscribe(this.#sid);
      this.#sid = null;
      this.#carried = new Set();
    } else if (this.#sid === null) {
      this.#isSubscribing = true;
      this.#carried = this.#wanted;
      commands.subscribe([...this.#wanted]);
    } else {
      const added = [...this.#wanted].filter((market) => !this.#carried.has(market));
      this.#update(
        'delete_markets',
        [...this.#carried].filter((market) => !this.#wanted.has(market)),
      );
      this.#update('add_markets', added);
      this.#carried = this.#wanted;
      this.#missing.await(added);
    }
  }

  #forget(market: string): void {
    this.#kept.delete(market);
    this.#missing.forget(market);
  }

  #update(action: UpdateAction, tickers: readonly string[]): void {
    if (this.#sid === null || tickers.length === 0) return;
    if (action === 'get_snapshot') this.#options.counters.resyncs += 1;
    this.#options.commands.update(this.#sid, action, tickers);
  }
}
