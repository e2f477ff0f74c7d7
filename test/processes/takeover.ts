/** SIGSTOP for longer than the lease, and SIGCONT when another daemon has taken over. */
import { join } from 'node:path';
import { type Life, lastWords, type Stage } from './stage.ts';
import { until } from './until.ts';

const HEIR = 'localhost';
const FROZEN = '127.0.0.1';
const WITHIN_MS = 60_000;

export interface Takeover {
  heir: Life;
  /** How the frozen one ended, and its last words. */
  end: number | NodeJS.Signals;
  words: string;
  /** What it sent to change something once it went on. */
  sentAfterwards: number;
  /** Orders of the heir before the frozen one went on. */
  tradedMeanwhile: number;
}

/** Freezes a daemon that has just sent an order; it goes on once its heir has traded. */
export async function playTakeover(stage: Stage, folder: string): Promise<Takeover> {
  const frozen = stage.start({ host: FROZEN });
  await frozen.ready;
  await stage.orderUnderWay();
  frozen.signal('SIGSTOP');
  const inherit = () => stage.start({ host: HEIR, dataDir: join(folder, 'heir') });
  let heir = await stage.keepStarting(inherit);
  await until('the heir trades', WITHIN_MS, async () => {
    heir = await stage.keepAlive(heir, inherit);
    return (await sentBy(stage, HEIR)).length > 0;
  });
  const tradedMeanwhile = (await sentBy(stage, HEIR)).length;
  const wentOnAt = Date.now();
  frozen.signal('SIGCONT');
  const end = await frozen.exited;
  const late = (await sentBy(stage, FROZEN)).filter(({ at }) => at >= wentOnAt);
  if (late.length > 0) stage.differences.push(`the frozen daemon sent ${JSON.stringify(late)}`);
  if (end !== 1) stage.differences.push(`the frozen daemon ended with ${end}: ${lastWords(frozen)}`);
  return { heir, end, words: lastWords(frozen), sentAfterwards: late.length, tradedMeanwhile };
}

async function sentBy(stage: Stage, host: string) {
  const requests = await stage.exchange.requests();
  return requests.filter((request) => request.host.startsWith(`${host}:`));
}
