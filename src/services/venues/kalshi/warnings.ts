import type { Severity, VenueWarning } from '../../../actors/ports.ts';

type Listener = (warning: VenueWarning) => void;

/** What is wrong at this moment. Who listens later hears of it too; the same words are said once. */
export class Warnings {
  readonly #raised = new Map<string, VenueWarning>();
  /** Keys known to be well: an alert of an earlier life is resolved by the first word of this one. */
  readonly #well = new Set<string>();
  readonly #listeners = new Set<Listener>();

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    for (const warning of this.#raised.values()) listener(warning);
    for (const key of this.#well) listener(over(key));
    return () => this.#listeners.delete(listener);
  }

  /** `key` is `kind`, or `kind:` and what it is about. */
  raise(key: string, severity: Severity, text: string): void {
    if (this.#raised.get(key)?.text === text) return;
    const warning = { key, kind: key.split(':', 1)[0]!, severity, text };
    this.#raised.set(key, warning);
    this.#well.delete(key);
    this.#tell(warning);
  }

  clear(key: string): void {
    if (this.#well.has(key)) return;
    this.#raised.delete(key);
    this.#well.add(key);
    this.#tell(over(key));
  }

  #tell(warning: VenueWarning): void {
    for (const listener of [...this.#listeners]) listener(warning);
  }
}

const over = (key: string): VenueWarning => ({
  key,
  kind: key.split(':', 1)[0]!,
  severity: 'info',
  text: null,
});
