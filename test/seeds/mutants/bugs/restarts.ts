/** What a crash, a restart, or a database out of order must not lose. */
import type { Mutant } from '../mutant.ts';

export const RESTARTS: readonly Mutant[] = [
  {
    name: 'sent-before-its-commit',
    what: 'An order is sent while its record is still being written.',
    edits: [
      {
        file: 'src/actors/ledger/ledger.ts',
        find: `        return enqueue({
          writes: withAlerts(mail.writes, mail.alerts),
          done: () => send(mail.after),`,
        replace: `        send(mail.after);
        return enqueue({
          writes: withAlerts(mail.writes, mail.alerts),`,
      },
    ],
  },
  {
    name: 'timers-restart-from-zero',
    what: 'A restart gives the step that works its whole time again.',
    edits: [
      {
        file: 'src/actors/watch/monitor.ts',
        find: '      position: { ...position, at: Math.max(position.at, clock.now()) },',
        replace: `      position: {
        ...position,
        at: Math.max(position.at, clock.now()),
        exit: position.exit && {
          ...position.exit,
          deadline: position.exit.deadline && clock.now() + position.exit.execution.timeoutMs,
        },
      },`,
      },
    ],
  },
  {
    name: 'fills-counted-again-by-a-restart',
    what: 'A restart adds the fills that its row has missed, and hears of them once more.',
    edits: [
      {
        file: 'src/actors/watch/restore.ts',
        find: 'attempt: exit.attempt && knownOf(exit.attempt, own),',
        replace: 'attempt: exit.attempt,',
      },
    ],
  },
  {
    name: 'live-order-not-resumed',
    what: 'A restart forgets to look after the orders that are out.',
    edits: [
      {
        file: 'src/actors/watch/monitors.ts',
        find: '    this.#adoptLiveOrder(file);\n    if (market.info === null)',
        replace: '    if (market.info === null)',
      },
    ],
  },
  {
    name: 'trailing-stop-lost',
    what: 'A restart begins the trailing stop anew at the present mark.',
    edits: [
      {
        file: 'src/actors/watch/restore.ts',
        find: '  if (exit === null) return position;',
        replace: '  if (exit === null) return { ...position, peak: position.mark, trailingStop: null };',
      },
    ],
  },
  {
    name: 'tripped-breaker-forgotten',
    what: 'A restart resets the daily-loss breaker.',
    edits: [
      {
        file: 'src/actors/breakers/loss-breaker.ts',
        find: 'input: { tripped: stored?.tripped ?? false, at: clock.now() },',
        replace: 'input: { tripped: false, at: clock.now() },',
      },
    ],
  },
  {
    name: 'new-stamp-on-retry',
    what: 'A commit that is tried again carries a new stamp: it may be applied twice, and older ones never.',
    edits: [
      {
        file: 'src/actors/ledger/commit-log.ts',
        find: 'await this.#inTime(store.commit(epoch, writes, stamp));',
        replace: 'await this.#inTime(store.commit(epoch, writes, { ...stamp, sequence: ++this.#sequence }));',
      },
    ],
  },
  {
    name: 'lease-never-expires',
    what: 'A lease is valid until somebody says that it is not.',
    edits: [
      {
        file: 'src/actors/ledger/lease.ts',
        find: 'return this.#options.exclusive || this.#options.clock.now() < this.#validUntil;',
        replace: 'return this.#options.exclusive || this.#validUntil > 0;',
      },
    ],
  },
  {
    name: 'crash-swallowed',
    what: 'Nobody is told that a monitor has crashed, so none starts it again.',
    edits: [
      {
        file: 'src/actors/watch/monitors.ts',
        find: `    this.#options.post('system', {
      type: 'monitor.crashed',
      positionId: watched.file.position.id,
      error: error instanceof Error ? error.message : String(error),
    });`,
        replace: '    void error;',
      },
    ],
  },
  {
    name: 'database-breaker-holds-all',
    what: 'While the database breaker is tripped every exit waits, CRITICAL and HIGH ones too.',
    edits: [
      {
        file: 'src/domain/position-facts.ts',
        find: 'const waits = patientPaused && isPatient(running(watched.position).priority);',
        replace: 'const waits = patientPaused;',
      },
    ],
  },
];
