/** The database or the exchange is not there for a while, in the middle of exits. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { OwnPostgres } from '../support/postgres.ts';
import type { Life, Stage } from './stage.ts';
import { pause, until } from './until.ts';

const WITHIN_MS = 60_000;

/** When orders reached the exchange (ms since the epoch). */
export async function ordersOf(stage: Stage): Promise<number[]> {
  const requests = await stage.exchange.requests();
  return requests
    .filter(({ method, path }) => method === 'POST' && path.endsWith('/portfolio/events/orders'))
    .map(({ at }) => at);
}

/**
 * PostgreSQL dies while an order works, and comes back after `downMs`, once another order has gone out from the journal
 * file. Answers how many did, and the daemon, which has the database again.
 */
export async function crashDatabase(
  stage: Stage,
  postgres: OwnPostgres,
  life: Life,
  downMs: number,
): Promise<{ life: Life; orders: number }> {
  await stage.orderUnderWay();
  await postgres.crash();
  const crashedAt = Date.now();
  const journal = join(life.dataDir, 'journal.jsonl');
  await until('the journal file takes over', WITHIN_MS, () => existsSync(journal));
  const journaledAt = Date.now();
  let orders = 0;
  await until('an order goes out without the database', WITHIN_MS, async () => {
    orders = (await ordersOf(stage)).filter((at) => at > journaledAt).length;
    return orders > 0;
  });
  await pause(crashedAt + downMs - Date.now());
  await until('PostgreSQL is back', WITHIN_MS, () => postgres.resume().then(() => true));
  return { life: await goOn(stage, life), orders };
}

/** The daemon with the database: itself, or where its lease ran out meanwhile, the one that is started after it. */
async function goOn(stage: Stage, life: Life): Promise<Life> {
  const isBack = () => life.log().includes('resolved: database_down');
  const recovers = until('the database is in use again', WITHIN_MS, isBack).then(() => null);
  const end = await Promise.race([life.exited, recovers]);
  if (end === null) {
    const answer = await life.ask('/breakers/database/reset', { reason: 'it is back' });
    if (answer.status !== 200) stage.differences.push(`the breaker is not reset: ${JSON.stringify(answer)}`);
    return life;
  }
  recovers.catch(() => {});
  const next = await stage.keepAlive(life);
  await next.ask('/breakers/database/reset', { reason: 'a tripped breaker survives a restart' });
  return next;
}

/** The exchange dies while an order works, and comes back with all it knew after `downMs` and all of `meanwhile`. */
export async function crashExchange(
  stage: Stage,
  downMs: number,
  meanwhile: () => Promise<void> = async () => {},
): Promise<void> {
  await stage.orderUnderWay();
  await stage.killExchange();
  await Promise.all([pause(downMs), meanwhile()]);
  await stage.openExchange();
}
