import { Counter, Histogram, type Registry } from 'prom-client';
import type { EvaluationTimer } from '../../actors/inspection.ts';

/** One evaluation in so many is measured, and at least one a second. */
const ONE_IN = 64;
const AT_LEAST_EVERY_MS = 1_000;

const EVALUATION_SECONDS = [
  0.000_01, 0.000_025, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.05,
];
const AGE_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30, 60];

/** How long evaluations take and how old their quotes are; quotes that change nothing are dropped before. */
export class EvaluationMetrics {
  readonly #now: () => number;
  readonly #duration: Histogram;
  readonly #age: Histogram;
  #count = 0;
  #measuredAt = Number.NEGATIVE_INFINITY;

  /** `now`: real time for differences (ms). */
  constructor(registry: Registry, now: () => number) {
    this.#now = now;
    const registers = [registry];
    const measured = `Sampled: one evaluation in ${ONE_IN}, and at least one a second`;
    this.#duration = new Histogram({
      name: 'postern_evaluation_duration_seconds',
      help: `Real seconds in which a position evaluates a quote and decides. ${measured}`,
      buckets: EVALUATION_SECONDS,
      registers,
    });
    this.#age = new Histogram({
      name: 'postern_quote_age_seconds',
      help: `Seconds in the daemon's clock between a quote's observation at the venue and its evaluation. ${measured}`,
      buckets: AGE_SECONDS,
      registers,
    });
    const count = () => this.#count;
    new Counter({
      name: 'postern_evaluations_total',
      help: 'Quotes that positions evaluated; those that change nothing are dropped before and not counted',
      registers,
      collect() {
        this.reset();
        this.inc(count());
      },
    });
  }

  readonly evaluating: EvaluationTimer = (quoteAgeMs, at) => {
    this.#count += 1;
    if (this.#count % ONE_IN !== 0 && at - this.#measuredAt < AT_LEAST_EVERY_MS) return undefined;
    this.#measuredAt = at;
    this.#age.observe(Math.max(0, quoteAgeMs) / 1000);
    const begunAt = this.#now();
    return () => this.#duration.observe((this.#now() - begunAt) / 1000);
  };
}
