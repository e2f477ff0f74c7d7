/** What people and models do during the hour. */
import type { Priority } from '../../src/domain/method.ts';
import type { Position } from '../../src/domain/position.ts';
import type { PositionEvent } from '../../src/machines/position-events.ts';
import { SECOND } from '../support/domain-builders.ts';
import { type Draw, drawFor } from './draw.ts';
import { ACCOUNT, type Hour } from './hour.ts';
import { inYes, type Play } from './plays.ts';
import { CALM_AT, HOUR, SELL_AT } from './scenario.ts';

const EVERY_MS = 30 * SECOND;
/** Most stories are over by then. */
const STORY_MS = 8 * 60 * SECOND;

export class Hands {
  readonly #hour: Hour;
  readonly #draw: Draw;
  /** The last word on entries. */
  #isToPause = false;

  constructor(hour: Hour) {
    this.#hour = hour;
    this.#draw = drawFor(hour.scenario.seed, 'hands');
  }

  begin(): void {
    for (let at = EVERY_MS; at < HOUR; at += EVERY_MS)
      this.#hour.clock.setTimeout(() => {
        for (const play of this.#hour.scenario.plays) this.#act(play);
        this.#takeSome();
        if (this.#draw.chance(0.15)) this.#resetBreakers();
        if (this.#hour.elapsed() >= SELL_AT) this.#sellAll();
      }, at);
  }

  #act(play: Play): void {
    const t = this.#hour.elapsed() - play.at;
    if (t < 0) return;
    if (t > STORY_MS && this.#draw.chance(0.5)) this.#beginAgain(play);
    if (play.closesAt !== null && t > play.closesAt - play.at + 4 * 60 * SECOND) this.#settle(play);
    if (this.#isExiting(play) && this.#draw.chance(0.06)) this.#tradeByHand(play);
    if (this.#hour.elapsed() < CALM_AT) this.#sellSome(play);
    switch (play.kind) {
      case 'loses its edge':
        return this.#model(play, (play.entry - 300) / 1e4);
      case 'is outdone':
        this.#model(play, (play.entry + 1_000) / 1e4);
        return this.#tell(play.ticker, (at) => ({
          type: 'opportunity.changed',
          opportunity: { market: 'KXBETTER', edge: 350_000 },
          at,
        }));
      case 'is traded by hand':
        return this.#draw.chance(0.1) ? this.#tradeByHand(play) : undefined;
      case 'is ordered about':
        return this.#draw.chance(0.2) ? this.#orderAbout(play) : undefined;
      case 'is bought':
        return this.#buy(play);
    }
  }

  /** Where nothing is held any more a person buys, and the story is told again. */
  #beginAgain(play: Play): void {
    const hour = this.#hour;
    const { ticker, side, entry, kind } = play;
    if (kind === 'is bought' || hour.elapsed() > CALM_AT - STORY_MS || hour.books().positions[ticker]) return;
    if (this.#positions(ticker).some(({ phase }) => phase !== 'closed')) return;
    play.at = hour.elapsed() + this.#draw.between(30, 120) * SECOND;
    const count = this.#draw.between(3, 40) * 100;
    hour.note(`a person buys ${count / 100} of ${ticker}`);
    hour.tradedByHand(ticker);
    hour.act({
      ...{ type: 'hand.trade', account: ACCOUNT, ticker, count, price: inYes(side, entry) },
      side: side === 'yes' ? 'bid' : 'ask',
    });
  }

  #settle({ ticker, entry }: Play): void {
    this.#hour.act({ type: 'market.settle', ticker, value: entry % 200 === 0 ? 10_000 : 3_300 });
  }

  #positions(market?: string): Position[] {
    const { postern, isTrading } = this.#hour.life;
    if (!postern || !isTrading) return [];
    const all = postern.watch().positions();
    return market === undefined ? all : all.filter((position) => position.market === market);
  }

  #isExiting({ ticker }: Play): boolean {
    return this.#positions(ticker).some(({ phase }) => phase === 'exiting' || phase === 'walking');
  }

  #tell(market: string, event: (at: number) => PositionEvent): void {
    for (const { id } of this.#positions(market)) this.#post(id, event(this.#now()));
  }

  #post(positionId: string, event: PositionEvent): void {
    this.#hour.life.postern?.post('watch', { type: 'position.event', positionId, event });
  }

  /** As the processes' own clock says. */
  #now(): number {
    return this.#hour.clock.now() + this.#hour.skewMs;
  }

  #model({ ticker }: Play, probability: number): void {
    this.#tell(ticker, (at) => ({
      type: 'model.changed',
      probability: Math.round(probability * 1e6),
      modelAt: at,
      at,
    }));
  }

  #tradeByHand({ ticker, entry, side }: Play): void {
    const draw = this.#draw;
    const held = this.#hour.books().positions[ticker] ?? 0;
    if (held === 0) return;
    const sells = draw.chance(0.7);
    const most = sells ? Math.abs(held) * (draw.chance(0.2) ? 2 : 1) : 1_000;
    const count = Math.max(1, Math.min(most, draw.between(1, Math.abs(held))));
    this.#hour.note(`a person ${sells ? 'sells' : 'buys'} ${count / 100} of ${ticker}`);
    this.#hour.tradedByHand(ticker);
    this.#hour.act({
      ...{ type: 'hand.trade', account: ACCOUNT, ticker, count, price: inYes(side, entry) },
      side: held > 0 === sells ? 'ask' : 'bid',
    });
  }

  /** Others take a part of what rests. */
  #takeSome(): void {
    for (const { id, remaining, status } of this.#hour.books().orders)
      if (status === 'resting' && this.#draw.chance(0.3))
        this.#hour.act({ type: 'crowd.take', orderId: id, count: this.#draw.between(1, remaining) });
  }

  /** A person sells a part, patiently as a rule: orders that rest, walk and are cancelled. */
  #sellSome({ ticker }: Play): void {
    const draw = this.#draw;
    for (const { id, exit, phase } of this.#positions(ticker)) {
      if (exit !== null || phase === 'closed' || !draw.chance(0.1)) continue;
      const quantity = draw.between(1, 6) * 100;
      const priority = draw.pick<Priority>(['HIGH', 'MEDIUM', 'MEDIUM', 'LOW']);
      this.#post(id, { type: 'operator.exit', quantity, priority, note: null, at: this.#now() });
    }
  }

  #orderAbout({ ticker }: Play): void {
    const draw = this.#draw;
    const priority = draw.pick<Priority>(['CRITICAL', 'HIGH', 'MEDIUM', 'LOW']);
    const quantity = draw.chance(0.5) ? null : draw.between(1, 12) * 100;
    const word = draw.pick(['exit', 'exit', 'hold', 'release', 'resume', 'retry'] as const);
    const cancel = draw.chance(0.5);
    this.#tell(ticker, (at) => {
      if (word === 'exit') return { type: 'operator.exit', quantity, priority, note: null, at };
      if (word === 'hold') return { type: 'operator.hold', cancel, note: null, at };
      return { type: `operator.${word}`, note: null, at };
    });
  }

  #buy({ ticker, side, entry }: Play): void {
    const { life } = this.#hour;
    if (this.#hour.elapsed() >= SELL_AT) return;
    if (!life.isTrading || !this.#draw.chance(0.6)) return;
    const probability = Math.min(990_000, (entry + this.#draw.between(-200, 1_500)) * 100);
    life.postern?.post('entries', {
      type: 'model.says',
      values: [
        {
          ...{ market: ticker, side, probability, at: this.#now(), method: null, source: 'model' },
          confidence: this.#draw.pick(['high', 'medium', 'low'] as const),
        },
      ],
      done: () => {},
    });
    if (this.#draw.chance(0.03)) this.#pause();
  }

  #pause(): void {
    const { life } = this.#hour;
    const type = this.#draw.pick(['entries.pause', 'entries.resume'] as const);
    this.#isToPause = type === 'entries.pause';
    if (!this.#isToPause) this.#hour.pausedSince = null;
    const done = (error: Error | null): void => {
      if (error === null && life.alive && this.#isToPause) this.#hour.pausedSince ??= this.#hour.clock.now();
    };
    life.postern?.post('entries', { type, by: 'test', reason: 'test', done });
  }

  /** Those that count errors; what is still wrong trips them again. */
  #resetBreakers(): void {
    for (const name of ['api', 'database'] as const)
      this.#hour.life.postern?.post('breakers', {
        ...{ type: 'breaker.reset', name, by: 'test', reason: 'test', limit: null, untilTomorrow: false },
        done: () => {},
      });
  }

  /** The hour comes to its end: everything held is sold, and what failed is tried again. */
  #sellAll(): void {
    for (const { id, phase, exit } of this.#positions()) {
      const at = this.#now();
      if (phase === 'failed') this.#post(id, { type: 'operator.retry', note: null, at });
      else if (exit?.priority !== 'CRITICAL')
        this.#post(id, { type: 'operator.exit', quantity: null, priority: 'CRITICAL', note: null, at });
    }
  }
}
