import { expect, test } from 'vitest';
import { exitRecord } from '../../src/actors/ledger/records.ts';
import { aBusyPosition, anExit, aRunningExit } from '../support/store-records.ts';

test('the row of an exit at work says all that the exit does, the walks it used up too', () => {
  expect(exitRecord(aBusyPosition(), aRunningExit({ walks: 3 }), null)).toEqual(
    anExit({
      filled: 37,
      proceeds: 1_813_000,
      fees: 12_345,
      executionStrategy: 'limit aggressive walk_then_market',
      triggerPnl: 0,
      unrealizedPnl: -20_000,
      executedAt: aRunningExit().executedAt,
      overruled: ['rebalance'],
      walks: 3,
      note: 'half a cent: ½',
    }),
  );
});
