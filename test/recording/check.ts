/**
 * Replays the recorded game with positions whose first exits were worked out from the SPEC and the file by somebody
 * who had not seen the code, and compares them. Run with `npm run check:recording`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { replay } from '../../src/replay.ts';
import { loadConfig } from '../../src/services/config/load-config.ts';
import type { ReplayedExit } from '../../src/services/reports/replay-result.ts';
import { readPositionsFile } from '../../src/services/venues/paper/positions-file.ts';
import { readRecording } from '../../src/services/venues/paper/recording.ts';

interface Expected {
  reason: string;
  triggered_at: string;
  trigger_mark: string | null;
  why: string;
  /** Where a timer may see it before the next quote: the times between which it must trigger. */
  between?: [string, string];
}

const HERE = dirname(fileURLToPath(import.meta.url));
const BOOKS = resolve(HERE, '../../../shared/data/kxsb-26-books.csv');
const say = (line: string): void => void process.stdout.write(`${line}\n`);

if (!existsSync(BOOKS)) {
  say(`not checked: the recording is not there (${BOOKS})`);
  process.exit(1);
}
const recording = await readRecording(BOOKS);
const { positions } = await readPositionsFile(join(HERE, 'positions.yaml'));
const expected = (
  JSON.parse(readFileSync(join(HERE, 'expected.json'), 'utf8')) as { first_exit: Expected | null }[]
).map((entry) => entry.first_exit);
const config = loadConfig({ file: null, env: {} });

const stream = await run('stream');
const differences = expected.flatMap((want, i) => (agrees(want, stream.positions[i]!.exits[0]) ? [] : [i]));
for (const i of differences) {
  const { market, side, exits } = stream.positions[i]!;
  say(`position ${i} (${side} ${market})`);
  say(`  expected ${describe(expected[i] ?? undefined)}: ${expected[i]?.why ?? ''}`);
  say(`  found    ${describe(exits[0])}`);
}
await run('poll');
say(`${expected.length - differences.length} of ${expected.length} first exits are as worked out by hand`);
process.exit(differences.length === 0 ? 0 : 1);

/** Replays twice and holds that both runs say the same, and that nothing was sold that was not held. */
async function run(mode: 'poll' | 'stream') {
  const [{ result }, again] = [
    await replay({ recording, positions, config, mode }),
    await replay({ recording, positions, config, mode }),
  ];
  if (JSON.stringify(result) !== JSON.stringify(again.result)) throw new Error(`two ${mode} replays differ`);
  const { positions: count, closed, exits, contracts_sold, realized_pnl } = result.summary;
  say(
    `${mode}: ${count} positions, ${exits} exits, ${closed} closed, ${contracts_sold} sold, realized ${realized_pnl}`,
  );
  for (const position of result.positions) {
    const sold = position.exits.reduce((sum, exit) => sum + Math.round(Number(exit.filled) * 100), 0);
    if (sold > Math.round(Number(position.quantity) * 100))
      throw new Error(`position ${position.id} sold too much`);
  }
  return result;
}

function agrees(want: Expected | null, found: ReplayedExit | undefined): boolean {
  if (want === null || found === undefined) return want === null && found === undefined;
  if (want.reason !== found.reason) return false;
  if (want.between) return want.between[0] <= found.triggered_at && found.triggered_at <= want.between[1];
  return want.triggered_at === found.triggered_at && want.trigger_mark === found.trigger_mark;
}

function describe(exit: Pick<Expected, 'reason' | 'triggered_at' | 'trigger_mark'> | undefined): string {
  return exit ? `${exit.reason} at ${exit.triggered_at}, mark ${exit.trigger_mark}` : 'no exit';
}
