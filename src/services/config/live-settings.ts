import type { Fraction } from '../../domain/money.ts';
import type { Config } from './schema.ts';

/** What a method says of entries. */
export interface MethodEntry {
  minEdge: Fraction;
  kellyFraction: Fraction;
}

/** Settings that a reload changes while the daemon runs: whoever uses one reads it anew each time. */
export interface LiveSettings {
  entry: Config['entry'];
  rebalance: Config['rebalance'];
  circuitBreakers: Config['circuitBreakers'];
  adoption: Config['adoption'];
  /** What each method says of entries, by its name; `default` is what `entry` says. Fractions (1e-6). */
  methodEntries: Readonly<Record<string, MethodEntry>>;
}

/** The settings as a configuration has them. */
export function liveSettings({
  entry,
  rebalance,
  circuitBreakers,
  adoption,
  methods,
}: Pick<Config, 'entry' | 'rebalance' | 'circuitBreakers' | 'adoption' | 'methods'>): LiveSettings {
  const { minEdge, kellyFraction } = entry;
  const named = Object.entries(methods).map(([name, method]): [string, MethodEntry] => [name, method.entry]);
  return {
    entry,
    rebalance,
    circuitBreakers,
    adoption,
    methodEntries: { default: { minEdge, kellyFraction }, ...Object.fromEntries(named) },
  };
}
