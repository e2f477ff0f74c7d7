import type { WatchedMarket } from '../../actors/watch/watched.ts';
import type { Health, Readiness } from './status.ts';

export interface HealthFacts {
  /** Why the tree has ended; null while it runs. */
  ended: string | null;
  /** How long the write under way has waited to be durable (real ms); null: none is under way. */
  writingForMs: number | null;
  /** Why the database takes nothing; null: it does. */
  databaseError: string | null;
  /** How many markets trade, none of which has shown a book within the orphan time; 0: one has, or none trades. */
  silentMarkets: number;
  orphanAfterMs: number;
}

/** A database that does not answer is given up after 5 s, and the journal file's disk answers at once or not at all. */
const LONGEST_WRITE_MS = 30_000;

export function judgeHealth(facts: HealthFacts): Health {
  const { ended, writingForMs, databaseError, silentMarkets, orphanAfterMs } = facts;
  const reasons: string[] = [];
  if (ended !== null) reasons.push(`the tree of actors has ended: ${ended}`);
  if (writingForMs !== null && writingForMs > LONGEST_WRITE_MS)
    reasons.push(
      `nothing could be written for ${Math.floor(writingForMs / 1000)} s, neither to the database (${databaseError ?? 'no answer'}) nor to the journal file: nothing is decided meanwhile`,
    );
  if (silentMarkets > 0)
    reasons.push(
      `no order book for more than ${orphanAfterMs / 1000} s from any of the markets that trade (${silentMarkets})`,
    );
  return { alive: reasons.length === 0, reasons };
}

export interface ReadinessFacts {
  isStopping: boolean;
  isLeaseValid: boolean;
  storeAnswers: boolean;
  isTrading: boolean;
  feedRuns: boolean;
}

export function judgeReadiness(facts: ReadinessFacts): Readiness {
  const reasons = [
    facts.isStopping && 'the daemon is stopping',
    !facts.isLeaseValid && 'the lease is not ours at this moment: nothing is sent',
    !facts.storeAnswers && 'the database does not answer',
    !facts.isTrading && 'the account was not read yet: no order leaves before',
    !facts.feedRuns && 'the quote feed asks for no market data',
  ].filter((reason) => reason !== false);
  return {
    ready: reasons.length === 0,
    lease: facts.isLeaseValid,
    store: facts.storeAnswers,
    account: facts.isTrading,
    feed: facts.feedRuns,
    reasons,
  };
}

type Seen = Pick<WatchedMarket, 'info' | 'book'> & {
  members: Iterable<{ file: { position: { id: string } } }>;
};

/**
 * How many markets trade if none of them has shown a book for `orphanAfterMs`, otherwise 0. One that never showed any
 * is silent once its positions are reported as orphans.
 */
export function countSilent(
  markets: readonly Seen[],
  at: number,
  orphanAfterMs: number,
  isOrphan: (positionId: string) => boolean,
): number {
  const trading = markets.filter(({ info }) => info === null || info.status === 'open');
  const isSilent = ({ book, members }: Seen): boolean =>
    book === null
      ? [...members].some(({ file }) => isOrphan(file.position.id))
      : at - book.observedAt > orphanAfterMs;
  return trading.every(isSilent) ? trading.length : 0;
}
