import type { AlertKind } from '../../../actors/alert-kinds.ts';
import type { Severity, VenueWarning } from '../../../actors/ports.ts';

/** A kind, or a kind and what it is about. */
export type WarningKey = AlertKind | `${AlertKind}:${string}`;

type Listener = (warning: VenueWarning) => void;

/** What is wrong at this moment. Who listens later hears of it too; the same words are said once. */
export class Warnings {
  readonly #raised = new Map<string, VenueWarning>();
  /** Keys known to be well: an alert of an earlier life is resolved by the first word of this one. */
  readonly #well = new Set<WarningKey>();
  readonly #listeners = new Set<Listener>();

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    for (const warning of this.#raised.values()) listener(warning);
    for (const key of this.#well) listener(over(key));
    return () => this.#listeners.delete(listener);
  }

  raise(key: WarningKey, severity: Severity, text: string): void {
    if (this.#raised.get(key)?.text === text) return;
    const warning = { key, kind: kindOf(key), severity, text };
    this.#raised.set(key, warning);
    this.#well.delete(key);
    this.#tell(warning);
  }

  clear(key: WarningKey): void {
    if (this.#well.has(key)) return;
    this.#raised.delete(key);
    this.#well.add(key);
    this.#tell(over(key));
  }

  #tell(warning: VenueWarning): void {
    for (const listener of [...this.#listeners]) listener(warning);
  }
}

const kindOf = (key: WarningKey): AlertKind => key.split(':', 1)[0] as AlertKind;

const over = (key: WarningKey): VenueWarning => ({
  key,
  kind: kindOf(key),
  severity: 'info',
  text: null,
});
