/** What of the monitor the model repeats is held to the monitor itself, by random walks through both. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Monitor, type Outcome } from '../../src/actors/watch/monitor.ts';
import { PositionHost } from '../../src/actors/watch/position-host.ts';
import type { PositionEvent } from '../../src/machines/position-events.ts';
import { VirtualClock } from '../../src/services/clock.ts';
import { aQuote } from '../support/domain-builders.ts';
import { NOW, positionAfter, TURN } from './abstract.ts';
import { type Around, mayLag, PositionSteps } from './position-step.ts';
import * as scenarios from './scenarios.ts';
import { CONTRACT, openingPosition, PRICES, type Scenario, surroundingsOf, WORDS } from './setting.ts';

const CALM: Around = { status: 'open', tripped: false, patientPaused: false };

/** A monitor of its own, and the model of it, told the same. */
class MonitorTwins {
  readonly #clock = new VirtualClock(NOW);
  readonly #outcomes: Outcome[] = [];
  readonly #monitor: Monitor;
  readonly #steps: PositionSteps;
  #id: number;
  error: unknown = null;

  constructor(scenario: Scenario) {
    this.#steps = new PositionSteps(scenario);
    const position = openingPosition(scenario);
    const started = this.#steps.start(position, CALM);
    this.#id = started.running;
    this.#monitor = new Monitor(
      {
        host: new PositionHost(),
        ...{ position, method: scenario.method, surroundings: surroundingsOf(CALM), instance: 'm' },
        ...{ clock: this.#clock, rowWriteMs: null, restarts: 0, observe: undefined },
        settled: (outcome) => this.#outcomes.push(outcome),
        crashed: (error) => {
          this.error = error;
        },
      },
      1,
    );
    this.#monitor.start();
    this.#compare(started.outcome);
  }

  get running() {
    return this.#steps.pool.at(this.#id);
  }
  get isOver(): boolean {
    return this.running.state === 'closed';
  }

  tell(event: PositionEvent): void {
    const step = this.#steps.send(this.#id, event);
    this.#id = step.running;
    this.#monitor.send(later(event, this.#passed));
    this.#compare(step.outcome);
  }

  fire(): void {
    const timer = this.running.timers.find(({ due }) => due <= NOW);
    if (!timer) return;
    const step = this.#steps.send(this.#id, { type: timer.event });
    this.#id = step.running;
    expect(this.#clock.fireNext(this.#clock.now()), `${timer.event} is set`).toBe(true);
    this.#compare(step.outcome);
  }

  turn(): void {
    if (this.running.position.at < NOW) return;
    this.#id = this.#steps.later(this.#id);
    this.#clock.jump(TURN);
  }

  get #passed(): number {
    return this.#clock.now() - NOW;
  }

  /** The same state, the same row, the same requests. */
  #compare(model: ReturnType<PositionSteps['send']>['outcome']): void {
    expect(this.error).toBeNull();
    const { watched } = this.#monitor;
    expect(positionAfter(watched.position, this.#passed, mayLag(this.running))).toEqual(
      this.running.position,
    );
    const outcome = this.#outcomes.splice(0).at(-1);
    const row = outcome?.writes.find((write) => write.kind === 'position');
    expect({
      isSaved: row !== undefined,
      attempts: outcome?.writes.flatMap((w) => (w.kind === 'attempt' ? [w.attempt.clientId] : [])) ?? [],
      placed:
        outcome?.after.place.map(({ attempt, sendBy }) => [attempt.clientId, sendBy - this.#passed]) ?? [],
      cancelled: outcome?.after.cancel ?? [],
    }).toEqual({
      isSaved: model.row !== null,
      attempts: model.attempts.map(({ clientId }) => clientId),
      placed: model.place.map(({ attempt, sendBy }) => [attempt.clientId, sendBy]),
      cancelled: model.cancel,
    });
  }
}

const later = (event: PositionEvent, passed: number): PositionEvent => {
  const at = NOW + passed;
  if (event.type === 'quote') return { ...event, quote: { ...event.quote, observedAt: at }, at };
  return { ...event, at } as PositionEvent;
};

const factOf = (
  { position }: MonitorTwins['running'],
  { more, end, code }: { more: boolean; end: boolean; code: string | null },
): PositionEvent | null => {
  const attempt = position.exit?.attempt;
  if (!attempt) return null;
  const filled = Math.min(attempt.quantity, attempt.filled + (more ? CONTRACT : 0));
  const totals = {
    clientId: attempt.clientId,
    filledTotal: filled,
    proceedsTotal: filled,
    feesTotal: 0,
    at: NOW,
  };
  if (!end) return { type: 'order.filled', ...totals };
  const isFull = filled === attempt.quantity;
  const isRefused = code !== null && filled === 0;
  const status = isFull ? 'filled' : isRefused ? 'rejected' : 'cancelled';
  return { type: 'order.over', ...totals, status, code: isRefused ? code : null };
};

const happening = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('quote' as const), bid: fc.nat(2) }) },
  { weight: 3, arbitrary: fc.constantFrom({ do: 'turn' } as const, { do: 'fire' } as const) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('tick' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('word' as const), word: fc.nat(3) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('fact' as const),
      more: fc.boolean(),
      end: fc.boolean(),
      code: fc.constantFrom(null, null, 'rate_limited', 'bad_price', 'not_held', 'unseen', 'other'),
    }),
  },
);

describe('the model of a monitor', () => {
  it('decides, stores and asks for the same as a monitor', () => {
    const made = fc.constantFrom(scenarios.critical, scenarios.medium, scenarios.stages, scenarios.calledOff);
    let steps = 0;
    fc.assert(
      fc.property(made, fc.array(happening, { maxLength: 80, size: 'max' }), (make, walk) => {
        const scenario = { ...make({}), readsAccount: true };
        const twins = new MonitorTwins(scenario);
        for (const step of walk) {
          if (twins.isOver) return;
          steps += 1;
          if (step.do === 'turn') twins.turn();
          else if (step.do === 'fire') twins.fire();
          else if (step.do === 'tick') twins.tell({ type: 'cadence.due', at: NOW });
          else if (step.do === 'quote') {
            const bid = scenario.bids[step.bid % scenario.bids.length]!;
            const quote = { ...aQuote(bid), ask: bid === null ? PRICES.profit : null, observedAt: NOW };
            twins.tell({ type: 'quote', quote, at: NOW });
          } else if (step.do === 'word') {
            const words = [WORDS.retry, WORDS.resume, WORDS.holdAndCancel, WORDS.release] as const;
            twins.tell(words[step.word]!);
          } else {
            const fact = factOf(twins.running, step);
            if (fact) twins.tell(fact);
          }
        }
      }),
      { numRuns: 150 },
    );
    process.stdout.write(`twin monitors: ${steps} steps\n`);
    expect(steps).toBeGreaterThan(1000);
  });
});
