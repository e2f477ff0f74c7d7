import type { Clock } from '../../../../actors/ports.ts';
import { OperationError } from '../../../operations/operations.ts';
import { describeSkew, isSkewed } from '../checks.ts';
import type { Http } from '../client/http.ts';
import { KalshiClient } from '../client/kalshi-client.ts';
import { reasonOf } from '../client/outcomes.ts';
import { Pacer } from '../client/pacer.ts';
import { checkTarget, RecordingFile, type RecordingTarget } from './file.ts';
import { type RecordedFacts, readFacts } from './markets.ts';
import { Recorder, type RecorderProgress } from './recorder.ts';
import { orEnded, pauseAfter, waitFor } from './waits.ts';

export interface RecordOptions {
  /** Each named once. */
  markets: readonly string[];
  file: string;
  /** Whether the file may be there already. */
  append: boolean;
  everyMs: number;
  /** Null: until `stop`. */
  forMs: number | null;
  /** …/trade-api/v2 */
  root: URL;
  timeoutMs: number;
  http: Http;
  clock: Clock;
  stop: AbortSignal;
  /** Hears in a sentence what goes wrong, and when it is over. */
  tell: (words: string) => void;
  looked: (progress: RecorderProgress) => void;
}

/**
 * Writes the public books of markets to a file for as long as wanted. Throws a RecordingError when the file can't be
 * used, and an OperationError: `invalid` for markets that the exchange does not know, `unavailable` for an exchange that
 * does not speak its API there and for a file that can't be written any more.
 */
export async function recordBooks(options: RecordOptions): Promise<RecorderProgress> {
  const { clock, stop, forMs } = options;
  const target = checkTarget(options.file, { append: options.append, now: clock.now() });
  const pacer = new Pacer({ clock, reserveShare: 0 });
  const ending = new AbortController();
  const end = (): void => ending.abort();
  stop.addEventListener('abort', end, { once: true });
  if (stop.aborted) end();
  const timer = forMs === null ? null : clock.setTimeout(end, forMs);
  try {
    return await record({ ...options, stop: ending.signal }, target, pacer);
  } finally {
    if (timer !== null) clock.clearTimeout(timer);
    stop.removeEventListener('abort', end);
    pacer.close();
  }
}

async function record(
  options: RecordOptions,
  target: RecordingTarget,
  pacer: Pacer,
): Promise<RecorderProgress> {
  const { markets, clock, stop, tell, looked, everyMs, http, root, timeoutMs } = options;
  const client = new KalshiClient({
    ...{ http, signer: null, root, clock, pacer, timeoutMs },
    orderTimeoutMs: timeoutMs,
  });
  const facts = await findMarkets(client, options);
  if (facts === null) return { rows: 0, firstAt: null, lastAt: null };
  const skew = client.clockSkewMs();
  if (skew !== null && isSkewed(skew)) tell(`${describeSkew(skew)}, and the rows carry its times`);
  const { lastAt, hasTornLine } = target;
  const file = new RecordingFile(target);
  if (hasTornLine) tell('the last line was half-written and is dropped');
  try {
    const write = file.write.bind(file);
    const recorder = new Recorder({
      ...{ client, clock, markets, everyMs, facts, lastAt, write, tell, looked },
    });
    await recorder.run(stop);
    return recorder.progress;
  } finally {
    file.close();
  }
}

/** Asks until there is an answer; null when it is over before. */
async function findMarkets(
  client: KalshiClient,
  { markets, clock, stop, tell, root }: RecordOptions,
): Promise<Map<string, RecordedFacts> | null> {
  for (let failures = 1; !stop.aborted; failures += 1) {
    const known = await orEnded(readFacts(client, markets), stop);
    if (known === null) return null;
    if (known.kind === 'ok') {
      if (known.unknown.length === 0) return known.facts;
      throw new OperationError('invalid', `${root.host} knows no market ${known.unknown.join(', ')}`);
    }
    if (known.kind === 'refused' || known.kind === 'malformed')
      throw new OperationError('unavailable', `${root.host} does not list the markets: ${reasonOf(known)}`);
    if (failures === 1) tell(`${root.host} does not answer: ${reasonOf(known)}. Trying on`);
    await waitFor(clock, pauseAfter(failures), stop);
  }
  return null;
}
