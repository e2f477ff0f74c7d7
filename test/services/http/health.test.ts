import { describe, expect, it, test } from 'vitest';
import type { MarketInfo } from '../../../src/domain/market.ts';
import { countSilent, judgeHealth, judgeReadiness } from '../../../src/services/http/health.ts';
import { openMarket } from '../../support/domain-builders.ts';

const WELL = {
  ended: null,
  writingForMs: null,
  databaseError: null,
  silentMarkets: 0,
  orphanAfterMs: 120_000,
};

describe('the process is alive', () => {
  test.each([
    { name: 'while all is well', facts: {} },
    { name: 'while a write is on its way', facts: { writingForMs: 30_000 } },
    {
      name: 'while the database is out of order and the journal file takes the writes',
      facts: { databaseError: 'refused' },
    },
  ])('$name', ({ facts }) => {
    expect(judgeHealth({ ...WELL, ...facts })).toEqual({ alive: true, reasons: [] });
  });
});

describe('the process is not alive', () => {
  test.each([
    {
      name: 'when the tree has ended',
      facts: { ended: 'the watch threw (a bug)' },
      reason: 'the tree of actors has ended: the watch threw (a bug)',
    },
    {
      name: 'when nothing can be made durable',
      facts: { writingForMs: 31_500, databaseError: 'connection refused' },
      reason:
        'nothing could be written for 31 s, neither to the database (connection refused) nor to the journal file: nothing is decided meanwhile',
    },
    {
      name: 'when neither says why',
      facts: { writingForMs: 60_000 },
      reason:
        'nothing could be written for 60 s, neither to the database (no answer) nor to the journal file: nothing is decided meanwhile',
    },
    {
      name: 'when no market that trades shows a book',
      facts: { silentMarkets: 3 },
      reason: 'no order book for more than 120 s from any of the markets that trade (3)',
    },
  ])('$name', ({ facts, reason }) => {
    expect(judgeHealth({ ...WELL, ...facts })).toEqual({ alive: false, reasons: [reason] });
  });

  it('for all reasons at once', () => {
    expect(judgeHealth({ ...WELL, ended: 'x', writingForMs: 40_000, silentMarkets: 1 }).reasons).toHaveLength(
      3,
    );
  });
});

const READY = {
  isStopping: false,
  isLeaseValid: true,
  storeAnswers: true,
  isTrading: true,
  feedRuns: true,
};

describe('readiness', () => {
  it('has no reason against it', () => {
    expect(judgeReadiness(READY)).toEqual({
      ...{ ready: true, lease: true, store: true, account: true, feed: true },
      reasons: [],
    });
  });

  test.each([
    { facts: { isStopping: true }, part: {}, reason: 'the daemon is stopping' },
    {
      facts: { isLeaseValid: false },
      part: { lease: false },
      reason: 'the lease is not ours at this moment: nothing is sent',
    },
    { facts: { storeAnswers: false }, part: { store: false }, reason: 'the database does not answer' },
    {
      facts: { isTrading: false },
      part: { account: false },
      reason: 'the account was not read yet: no order leaves before',
    },
    { facts: { feedRuns: false }, part: { feed: false }, reason: 'the quote feed asks for no market data' },
  ])('$reason', ({ facts, part, reason }) => {
    expect(judgeReadiness({ ...READY, ...facts })).toEqual({
      ...{ ready: false, lease: true, store: true, account: true, feed: true },
      ...part,
      reasons: [reason],
    });
  });
});

const NOW = 1_000_000;
const seen = (status: MarketInfo['status'] | null, ageMs: number | null, ids: string[] = []) => ({
  info: status === null ? null : openMarket({ status }),
  book: ageMs === null ? null : { market: 'A', bids: [], asks: [], observedAt: NOW - ageMs },
  members: ids.map((id) => ({ file: { position: { id } } })),
});

describe('markets are silent', () => {
  test.each([
    { name: 'none is watched', markets: [], silent: 0 },
    { name: 'one shows a book', markets: [seen('open', 1_000), seen('open', 500_000)], silent: 0 },
    { name: 'none shows one any more', markets: [seen('open', 120_001), seen('open', 500_000)], silent: 2 },
    { name: 'not a moment too early', markets: [seen('open', 120_000)], silent: 0 },
    {
      name: 'what rests or is over need not show one',
      markets: [seen('paused', 500_000), seen('closed', 900_000)],
      silent: 0,
    },
    { name: 'what is not known yet', markets: [seen(null, null, ['new'])], silent: 0 },
    {
      name: 'what was never seen in its time',
      markets: [seen(null, null, ['orphan']), seen('open', 200_000)],
      silent: 2,
    },
  ])('$name: $silent', ({ markets, silent }) => {
    expect(countSilent(markets, NOW, 120_000, (id) => id === 'orphan')).toBe(silent);
  });
});
