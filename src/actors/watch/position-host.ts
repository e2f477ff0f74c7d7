import type { Position } from '../../domain/position.ts';
import { positionMachine } from '../../machines/position-machine.ts';
import type { ExitEnding, PositionAlert } from '../../machines/position-setup.ts';
import { exitEnded, exitTriggered, methodChanged, orderPlaced, wordNoted } from '../ledger/journal.ts';
import { attemptRecord, exitRecord } from '../ledger/records.ts';
import type { AfterCommit } from '../mail.ts';
import type { DecisionRecord, StoreWrite } from '../ports.ts';

/** What one step of a position asked for. */
export interface Requests {
  writes: StoreWrite[];
  decisions: DecisionRecord[];
  after: AfterCommit;
  alerts: PositionAlert[];
  /** An exit began or ended: alerts about the one before are history. */
  exitTurned: boolean;
  /** How old a quote may be that it wants (ms); null: none wanted. */
  quoteWanted: number | null;
  marketWanted: boolean;
}

/**
 * The position machine with its requests implemented, once for all positions: building a machine costs far more than
 * starting an actor. What an actor asks for is kept under its reference until its step is complete.
 */
export class PositionHost {
  readonly machine: typeof positionMachine;
  readonly #pending = new WeakMap<object, Requests>();

  /** `drill` may throw in the middle of an evaluation: practice. */
  constructor(drill?: (position: Position) => void) {
    const machine = this.#provide();
    this.machine = drill === undefined ? machine : withDrill(machine, drill);
  }

  /** What `actor` asked for since the last time. */
  take(actor: object): Requests {
    const requests = this.#of(actor);
    this.#pending.delete(actor);
    return requests;
  }

  /** Adds a line to the journal of the actor's step. */
  note(actor: object, decision: DecisionRecord): void {
    this.#of(actor).decisions.push(decision);
  }

  #of(actor: object): Requests {
    const known = this.#pending.get(actor);
    if (known) return known;
    const requests = nothing();
    this.#pending.set(actor, requests);
    return requests;
  }

  #provide(): typeof positionMachine {
    return positionMachine.provide({
      actions: {
        saveExit: ({ context, self }, { exit, ending }) => {
          const requests = this.#of(self);
          requests.writes.push({ kind: 'exit', exit: exitRecord(context.position, exit, ending) });
          if (ending === null) return;
          requests.exitTurned = true;
          requests.decisions.push(exitEnded(context.position, exit, ending as ExitEnding));
        },
        requestOrder: ({ context, self }, { exit }) => {
          const requests = this.#of(self);
          const attempt = attemptRecord(context.position, exit);
          requests.writes.push({ kind: 'attempt', attempt });
          requests.after.place.push({
            attempt,
            priority: exit.priority,
            sendBy: context.position.quotedAt! + context.method.maxQuoteAgeMs,
          });
          requests.decisions.push(orderPlaced(context.position, exit, attempt));
        },
        requestCancel: ({ self }, { clientId }) => {
          this.#of(self).after.cancel.push(clientId);
        },
        askForQuote: ({ self }, { maxAgeMs }) => {
          this.#of(self).quoteWanted = maxAgeMs;
        },
        askForMarket: ({ self }) => {
          this.#of(self).marketWanted = true;
        },
        raiseAlert: ({ self }, alert) => {
          this.#of(self).alerts.push(alert);
        },
        journal: ({ context, self }, { kind, by, note }) => {
          const { position, evaluation } = context;
          const requests = this.#of(self);
          if (kind === 'exit.triggered') {
            requests.exitTurned = true;
            requests.decisions.push(exitTriggered(position, position.exit!, evaluation, by));
          } else requests.decisions.push(wordNoted(position, kind, { by, reason: note }));
        },
        saveMethod: ({ context, self }, note) => {
          const requests = this.#of(self);
          requests.writes.push({ kind: 'method', method: note.method });
          requests.decisions.push(methodChanged(context.position, note));
        },
      },
    });
  }
}

const withDrill = (
  machine: typeof positionMachine,
  drill: (position: Position) => void,
): typeof positionMachine =>
  machine.provide({
    guards: {
      mustExit: ({ context }) => {
        drill(context.position);
        return context.evaluation?.winner != null;
      },
    },
  });

const nothing = (): Requests => ({
  writes: [],
  decisions: [],
  after: { place: [], cancel: [] },
  alerts: [],
  exitTurned: false,
  quoteWanted: null,
  marketWanted: false,
});
