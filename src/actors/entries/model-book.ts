import {
  judgeModelValue,
  type ModelRefusal,
  type ModelRules,
  type ModelValue,
} from '../../domain/model-value.ts';

/** The last value that was taken of each market: what a model says, of whichever side. */
export class ModelBook {
  readonly #values = new Map<string, ModelValue>();
  readonly #rules: ModelRules;
  readonly #methods: () => readonly string[];

  /** `methods`: the names that a value may give. */
  constructor(rules: ModelRules, methods: () => readonly string[]) {
    this.#rules = rules;
    this.#methods = methods;
  }

  load(values: readonly ModelValue[]): void {
    for (const value of values) this.#values.set(value.market, value);
  }

  /** Takes a value at `now` (ms), or says why not. Whether there is such a market nobody knows here. */
  take(value: ModelValue, now: number): ModelRefusal | null {
    const refusal =
      this.#judgeMethod(value) ??
      judgeModelValue(value, this.#values.get(value.market) ?? null, now, this.#rules);
    if (refusal === null) this.#values.set(value.market, value);
    return refusal;
  }

  /** What is known of a market, if it is not too old at `now`. */
  fresh(market: string, now: number): ModelValue | null {
    const value = this.#values.get(market);
    return value && this.#isFresh(value, now) ? value : null;
  }

  /** All that is not too old at `now`, the latest first. */
  allFresh(now: number): ModelValue[] {
    const fresh = [...this.#values.values()].filter((value) => this.#isFresh(value, now));
    return fresh.sort((a, b) => b.at - a.at || (a.market < b.market ? -1 : 1));
  }

  #isFresh({ at }: ModelValue, now: number): boolean {
    return now - at <= this.#rules.maxModelAgeMs;
  }

  #judgeMethod({ method }: ModelValue): ModelRefusal | null {
    const known = this.#methods();
    if (method === null || known.includes(method)) return null;
    return {
      reason: 'unknown_method',
      text: `there is no method ${JSON.stringify(method.slice(0, 80))}: known are ${known.join(', ')}`,
    };
  }
}
