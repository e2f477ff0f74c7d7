import type { MethodWish } from '../services/operations/method-operations.ts';
import { UsageError } from './failure.ts';

/** `method=nfl stop_loss=-0.08` as a wish. Throws a UsageError. */
export function readAssignments(words: readonly string[]): Pick<MethodWish, 'method' | 'settings'> {
  const settings = new Map<string, string>();
  for (const word of words) {
    const [, name, value] = /^([^=]+)=(.+)$/s.exec(word) ?? [];
    if (name === undefined || value === undefined)
      throw new UsageError(`${JSON.stringify(word)} is not like stop_loss=-0.08`);
    if (settings.has(name)) throw new UsageError(`${name} stands twice`);
    settings.set(name, value);
  }
  const method = settings.get('method') ?? null;
  settings.delete('method');
  return { method, settings: Object.fromEntries(settings) };
}
