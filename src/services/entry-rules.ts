import type { EntryMethod, EntrySettings } from '../actors/entries/entry-pool.ts';
import type { Method } from '../domain/method.ts';
import { methodNameFor } from './adoption/method-rules.ts';
import type { LiveSettings } from './config/live-settings.ts';

/** What the configuration says of entries and of leaving a position for another. */
export const entrySettings = ({
  entry,
  adoption,
  rebalance,
}: LiveSettings): EntrySettings & { coolDownMs: number } => ({
  ...entry,
  confidence: adoption.confidence,
  coolDownMs: rebalance.coolDownMs,
});

/**
 * The latest version of the method that an edge names, with what it says of entries; where it names none, or one that has
 * left the configuration since, the one that the adoption rules name for its market.
 */
export function entryMethod(
  { adoption, methodEntries }: LiveSettings,
  known: readonly Method[],
  market: string,
  name: string | null,
): EntryMethod {
  const named = name === null || !Object.hasOwn(methodEntries, name) ? null : latest(known, name);
  const method = named ?? latest(known, methodNameFor(market, adoption));
  if (!method) throw new Error(`the method for ${market} is not known`);
  return { method, ...methodEntries[method.name]! };
}

const latest = (known: readonly Method[], name: string): Method | null =>
  known
    .filter((method) => method.name === name)
    .reduce<Method | null>((best, one) => (best !== null && best.version > one.version ? best : one), null);
