import type { Position } from '../../domain/position.ts';
import type { AlertKind } from '../alert-kinds.ts';
import type { Post } from '../mail.ts';
import {
  type AccountDayRecord,
  BREAKERS,
  type BreakerName,
  type BreakerRecord,
  type Severity,
} from '../ports.ts';

/** What the breakers know beyond a crash of their part: as it was stored, then as it was last written. */
export interface BreakerMemory {
  breakers: BreakerRecord[];
  day: AccountDayRecord | null;
}

/** The account as it was stored. */
export interface AccountHistory extends BreakerMemory {
  /** Positions that were closed in the present trading day. */
  closed: Position[];
}

/** What happened to a breaker, who did it, and the numbers for the journal. */
export interface BreakerChange {
  name: BreakerName;
  kind: 'tripped' | 'reset' | 'healed';
  reason: string;
  by: string | null;
  at: number;
  data: Record<string, unknown>;
}

const ALERTS: Record<BreakerName, { kind: AlertKind; severity: Severity }> = {
  daily_loss: { kind: 'loss_limit_reached', severity: 'critical' },
  api: { kind: 'api_errors', severity: 'warning' },
  database: { kind: 'database_errors', severity: 'critical' },
};

const RESET_DATABASE = 'postern breakers reset database --reason TEXT';

const WORDS: Record<BreakerName, { name: string; effect: string }> = {
  daily_loss: { name: 'daily-loss', effect: 'every position is sold at CRITICAL, nothing is bought' },
  api: { name: 'API', effect: 'nothing is bought until the window is clear' },
  database: {
    name: 'database',
    effect: `nothing is bought, MEDIUM and LOW exits wait, until \`${RESET_DATABASE}\``,
  },
};

/** Every breaker's record, and the writing of its changes: row, journal and alert in one transaction. */
export class BreakerBook {
  readonly #post: Post;
  readonly #memory: BreakerMemory;
  readonly #crash: (error: unknown) => void;

  constructor(options: {
    post: Post;
    memory: BreakerMemory;
    crash: (error: unknown) => void;
  }) {
    this.#post = options.post;
    this.#memory = options.memory;
    this.#crash = options.crash;
  }

  record(name: BreakerName): BreakerRecord | null {
    return this.#memory.breakers.find((breaker) => breaker.name === name) ?? null;
  }

  /** Writes a change and tells the entries; `done` hears that it is durable. */
  change({ name, kind, reason, by, at, data }: BreakerChange, done: () => void = () => {}): void {
    const tripped = kind === 'tripped';
    const breaker: BreakerRecord = { name, tripped, reason, changedAt: at, data };
    this.#memory.breakers = [...this.#memory.breakers.filter((other) => other.name !== name), breaker];
    const words = WORDS[name];
    const alert = ALERTS[name];
    const who = by === null ? '' : ` by ${by}`;
    this.#post('ledger', {
      type: 'write',
      writes: [
        { kind: 'breaker', breaker },
        {
          kind: 'decision',
          decision: {
            positionId: null,
            exitId: null,
            at,
            kind: `breaker.${kind}`,
            summary: `the ${words.name} breaker ${PAST[kind]}${who}: ${reason}`,
            data: { breaker: name, by, ...data },
          },
        },
      ],
      alerts: [
        tripped
          ? {
              type: 'alert.raise',
              key: alert.kind,
              ...alert,
              positionId: null,
              text: `the ${words.name} breaker tripped: ${reason}; ${words.effect}`,
              at,
            }
          : { type: 'alert.resolve', key: alert.kind, at },
      ],
      after: null,
      done: (error) => (error ? this.#crash(error) : done()),
    });
    this.#tellEntries();
  }

  /** The database breaker stays tripped, and an operator can reset it now: its alert, and so the journal, says so. */
  tellDatabaseAnswers(replayed: number, at: number): void {
    const had = replayed === 0 ? '' : ` and has what the journal file held (${replayed} batches)`;
    const text =
      `the database answers again${had}: reset its breaker now with \`${RESET_DATABASE}\`; ` +
      'until then nothing is bought, MEDIUM and LOW exits wait';
    const { database } = ALERTS;
    this.#post('ledger', {
      type: 'alert.raise',
      ...{ key: database.kind, ...database, positionId: null, text, at },
    });
  }

  writeDay(day: AccountDayRecord): void {
    this.#memory.day = day;
    this.#post('ledger', {
      type: 'write',
      writes: [{ kind: 'account_day', day }],
      alerts: [],
      after: null,
      done: (error) => error && this.#crash(error),
    });
  }

  #tellEntries(): void {
    const tripped = BREAKERS.map((name) => [name, this.record(name)?.tripped ?? false]);
    this.#post('entries', { type: 'breakers.changed', tripped: Object.fromEntries(tripped) });
  }
}

const PAST = { tripped: 'tripped', reset: 'was reset', healed: 'reset itself' } as const;
