import type { EntryOrder } from '../../domain/entry.ts';
import { type EntryEnding, entryMachine } from '../../machines/entry-machine.ts';

/** What one step of an entry asked for. */
export interface EntryRequests {
  steps: ('detected' | 'validated' | 'checked' | 'sized' | 'ordered')[];
  /** What it still has to learn; null: nothing was asked. */
  look: { offer: boolean; info: boolean; cash: boolean } | null;
  wantsAssessment: boolean;
  order: EntryOrder | null;
  /** Client ids. */
  cancel: string[];
  ending: EntryEnding | null;
}

/** The entry machine with its requests implemented, once for all entries. What an actor asks for is kept until its step is complete. */
export class EntryHost {
  readonly machine: typeof entryMachine;
  readonly #pending = new WeakMap<object, EntryRequests>();

  constructor() {
    this.machine = entryMachine.provide({
      actions: {
        lookAround: ({ self }, missing) => {
          this.#of(self).look = missing;
        },
        askForAssessment: ({ self }) => {
          this.#of(self).wantsAssessment = true;
        },
        requestOrder: ({ self }, { order }) => {
          this.#of(self).order = order;
        },
        requestCancel: ({ self }, { clientId }) => {
          this.#of(self).cancel.push(clientId);
        },
        journal: ({ self }, { step }) => {
          this.#of(self).steps.push(step);
        },
        end: ({ self }, ending) => {
          this.#of(self).ending = ending;
        },
      },
    });
  }

  /** What `actor` asked for since the last time. */
  take(actor: object): EntryRequests {
    const requests = this.#of(actor);
    this.#pending.delete(actor);
    return requests;
  }

  #of(actor: object): EntryRequests {
    const known = this.#pending.get(actor);
    if (known) return known;
    const requests: EntryRequests = {
      steps: [],
      look: null,
      wantsAssessment: false,
      order: null,
      cancel: [],
      ending: null,
    };
    this.#pending.set(actor, requests);
    return requests;
  }
}
