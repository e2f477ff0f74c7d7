import { ONE_DOLLAR, type Price, parsePrice, parseQuantity, type Quantity } from '../../domain/money.ts';
import { badParameters, isRefusal, type Refusal } from '../refusal.ts';

/** A request body as an object, or what is wrong with it. */
export function parseBody(body: string): Record<string, unknown> | Refusal {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {}
  return badParameters('the body is not a JSON object');
}

/** Reads a JSON object field by field; `problem` then says what was wrong, unknown fields included. */
export class Fields {
  readonly #values: Record<string, unknown>;
  readonly #read = new Set<string>();
  readonly #problems: string[] = [];

  constructor(values: Record<string, unknown>) {
    this.#values = values;
  }

  problem(): Refusal | null {
    const unknown = Object.keys(this.#values).filter((name) => !this.#read.has(name));
    const problems = [...this.#problems, ...unknown.map((name) => `unknown field ${name}`)];
    return problems.length === 0 ? null : badParameters(problems.join('; '));
  }

  #get(name: string): unknown {
    this.#read.add(name);
    return this.#values[name] ?? null;
  }

  /** Notes what is wrong and stands in with `value`. */
  #wrong<T>(problem: string, value: T): T {
    this.#problems.push(problem);
    return value;
  }

  has(name: string): boolean {
    return this.#get(name) !== null;
  }

  text(name: string): string | null {
    const value = this.#get(name);
    return value === null || typeof value === 'string'
      ? value
      : this.#wrong(`${name} must be a string`, null);
  }

  requiredText(name: string): string {
    return this.text(name) ?? this.#wrong(`${name} is required`, '');
  }

  flag(name: string): boolean {
    const value = this.#get(name);
    return value === null || typeof value === 'boolean'
      ? (value ?? false)
      : this.#wrong(`${name} must be true or false`, false);
  }

  integer(name: string): number | null {
    const value = this.#get(name);
    return value === null || Number.isSafeInteger(value)
      ? (value as number | null)
      : this.#wrong(`${name} must be an integer`, null);
  }

  oneOf<T extends string>(name: string, choices: readonly T[]): T {
    const value = this.#get(name);
    return (
      choices.find((choice) => choice === value) ??
      this.#wrong(`${name} must be one of ${choices}`, choices[0]!)
    );
  }

  /** Dollars with 2 to 4 decimals, as text. */
  price(name: string): Price {
    const text = this.requiredText(name);
    return /^\d\.\d{2,4}$/.test(text) && parsePrice(text) <= ONE_DOLLAR
      ? parsePrice(text)
      : this.#wrong(`${name} must be dollars with 2 to 4 decimals`, 0);
  }

  /** Contracts with up to 2 decimals, as text. */
  count(name: string): Quantity {
    const text = this.requiredText(name);
    return /^\d{1,10}(\.\d{1,2})?$/.test(text)
      ? parseQuantity(text)
      : this.#wrong(`${name} must be contracts with at most 2 decimals`, 0);
  }

  clientId(name: string): string | null {
    const text = this.text(name);
    return text === null || /^[A-Za-z0-9_-]{1,36}$/.test(text)
      ? text
      : this.#wrong(`${name} may have 36 characters of A-Z, a-z, 0-9, _ and -`, null);
  }
}

/** An optional whole number of a query, between `min` and `max`. */
export function integerOf(
  query: URLSearchParams,
  name: string,
  [min, max]: readonly [number, number],
): number | null | Refusal {
  const text = query.get(name);
  if (text === null || text === '') return null;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? value : badParameters(`${name} must be from ${min} to ${max}`);
}

const ANY_TIME = [0, Number.MAX_SAFE_INTEGER] as const;

/** Whether a time (ms) lies within the query's `min_ts` and `max_ts` (s). */
export function timeFilterOf(query: URLSearchParams): ((at: number) => boolean) | Refusal {
  const min = integerOf(query, 'min_ts', ANY_TIME);
  const max = integerOf(query, 'max_ts', ANY_TIME);
  if (isRefusal(min)) return min;
  if (isRefusal(max)) return max;
  return (at) => (min === null || at >= min * 1000) && (max === null || at <= max * 1000);
}

/** The query's subaccount (0 to 63), null when it names none. */
export const subaccountOf = (query: URLSearchParams): number | null | Refusal =>
  integerOf(query, 'subaccount', [0, 63]);

export const shardOf = (query: URLSearchParams): number | null | Refusal =>
  integerOf(query, 'exchange_index', [0, 63]);

/** The values of a comma-separated query parameter, null when it is missing. */
export function listOf(query: URLSearchParams, name: string): string[] | null {
  const text = query.get(name);
  return text === null || text === '' ? null : text.split(',');
}
