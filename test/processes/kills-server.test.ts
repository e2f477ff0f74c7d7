import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { playKills } from './kills.ts';
import { onStage } from './on-stage.ts';

let postgres: PostgresServer;

beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

test('twelve kills on PostgreSQL: nothing is lost, sold twice or oversold', {
  timeout: 480_000,
}, async () => {
  await onStage({ seed: 31, markets: 6, settles: false, leaseMs: 15_000, postgres }, async (stage) => {
    const { kills, inFlight, books } = await playKills(stage, { kills: 12, seed: 31, waitsForLease: false });
    expect(stage.differences).toEqual([]);
    expect([kills, books.positions.every(({ phase }) => phase === 'closed')]).toEqual([12, true]);
    expect(inFlight).toBeGreaterThan(0);
    expect(books.fills).toBeGreaterThan(0);
  });
});
