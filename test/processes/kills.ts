/** SIGKILL, again and again. */
import { seeded } from '../simulation/random.ts';
import { rowsOf } from '../support/test-database.ts';
import type { Books } from './agreement.ts';
import { endedForLease, type Life, lastWords, type Stage } from './stage.ts';
import { pause } from './until.ts';

export interface KillOptions {
  kills: number;
  seed: number;
  /** Wait for a dead owner's lease as a restart has to; otherwise it is let run out at once. */
  waitsForLease: boolean;
  /** Hears of each kill. */
  killed?: () => void;
}

export interface KillFigures {
  kills: number;
  /** Kills between the commit of an order and the exchange's answer to it, by the exchange's own log. */
  inFlight: number;
  books: Books;
}

/** Before it can be found; at any moment; or when the exchange has an order and has not answered. */
type Moment = 'starting' | 'running' | 'order';

/** Kills and starts the daemon so often, lets it finish, and compares the books. */
export async function playKills(stage: Stage, options: KillOptions): Promise<KillFigures> {
  const random = seeded(options.seed);
  const killedAt: number[] = [];
  let life = stage.start();
  let startMs = FIRST_START_MS;
  for (let lives = 0; killedAt.length < options.kills && lives < 3 * options.kills; lives++) {
    const draw = random.next();
    const moment: Moment = draw < 0.15 ? 'starting' : draw < 0.45 ? 'running' : 'order';
    await momentOf(moment, stage, life, random, startMs);
    startMs = life.readyMs() ?? startMs;
    const at = Date.now();
    life.signal('SIGKILL');
    const end = await life.exited;
    if (end === 'SIGKILL') {
      killedAt.push(at);
      options.killed?.();
    } else if (!endedForLease(life))
      stage.differences.push(`the daemon ended by itself with ${end}: ${lastWords(life)}`);
    if (!options.waitsForLease && stage.databaseUrl !== null) await letLeaseRunOut(stage.databaseUrl);
    life = stage.start();
  }
  await life.ready.catch(() => {});
  const books = await stage.settle(life);
  return { kills: killedAt.length, inFlight: await countInFlight(stage, killedAt), books };
}

const FIRST_START_MS = 1_500;
const ORDER_WITHIN_MS = 8_000;

async function momentOf(
  moment: Moment,
  stage: Stage,
  life: Life,
  { below }: ReturnType<typeof seeded>,
  startMs: number,
): Promise<void> {
  if (moment === 'starting') return pause(below(startMs));
  await Promise.race([life.ready.catch(() => {}), life.exited]);
  if (moment === 'running') return pause(below(3_000));
  await Promise.race([stage.orderUnderWay(), pause(ORDER_WITHIN_MS)]);
  await pause(below(60));
}

/** A connection is known to be gone within this time after its process. */
const GONE_WITHIN_MS = 1_000;

/** How many kills left an order at the exchange whose answer nobody was there to take. */
async function countInFlight(stage: Stage, killedAt: readonly number[]): Promise<number> {
  const requests = await stage.exchange.requests();
  const deserted = requests.filter(
    ({ end, method, path }) =>
      end === 'deserted' && method === 'POST' && path.endsWith('/portfolio/events/orders'),
  );
  return killedAt.filter((at) =>
    deserted.some(({ endedAt }) => endedAt! >= at && endedAt! < at + GONE_WITHIN_MS),
  ).length;
}

/** Its owner is dead, and nobody waits for it as long as it lasts. */
const letLeaseRunOut = (connectionString: string) =>
  rowsOf({ connectionString }, 'update leases set expires_at = clock_timestamp()').catch(() => []);
