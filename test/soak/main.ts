/** `npm run soak`: the built daemon at work for an hour of paper time, and whether it still holds what it held. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { withProgress } from '../../src/cli/progress.ts';
import { killDaemons } from '../support/daemon-process.ts';
import { longCommand, wholeNumber } from '../support/long-command.ts';
import { growthLine, headLine, kindLines, readingLine, verdictLines } from './report.ts';
import { soak } from './soak.ts';
import { judge } from './verdict.ts';

interface Choices {
  positions: number;
  speed: number;
  minutes: number;
  warmUp: number;
  every?: number;
  seed: number;
  snapshots?: string;
}

const command = longCommand(
  'soak',
  'Runs the built daemon on paper with a fast clock and says whether memory, timers and handles stay flat. Exit code 1: they do not, or the books differ.',
)
  .option('--positions <N>', 'how many are watched at a time', wholeNumber(1, 20_000), 2_000)
  .option('--speed <N>', 'paper seconds in a real one', wholeNumber(1, 100), 5)
  .option('--minutes <N>', 'of paper time, after the warm-up', wholeNumber(2, 10_080), 60)
  .option('--warm-up <N>', 'paper minutes before the first reading', wholeNumber(1, 600), 10)
  .option(
    '--every <N>',
    'paper minutes from one reading to the next (default: 10, or a third)',
    wholeNumber(1, 600),
  )
  .option('--seed <N>', 'of the markets and the positions', wholeNumber(0, 2 ** 32 - 1), 1)
  .option('--snapshots <folder>', 'keep a snapshot of the heap of each reading there')
  .parse();

const choices = command.opts<Choices>();
const { positions, speed, minutes, warmUp, seed, snapshots } = choices;
const every = choices.every ?? Math.min(10, Math.ceil(minutes / 3));
if (minutes < 2 * every)
  command.error(
    `error: --minutes must be at least ${2 * every} with --every ${every}: a verdict needs three readings`,
  );

const say = (lines: readonly string[]) => process.stdout.write(`${lines.join('\n')}\n`);
const folder = mkdtempSync(join(tmpdir(), 'postern-soak-'));
const total = warmUp + minutes;
try {
  say([
    `${positions} positions, ${speed} × real time, ${minutes} min after ${warmUp} of warm-up, seed ${seed}`,
    '',
  ]);
  say([headLine()]);
  const startedAt = performance.now();
  const { readings, tracked, differences } = await withProgress(
    { name: 'soaking the daemon', unit: 'paper minute', total, lastsMs: null },
    (progress) =>
      soak({
        ...{ positions, speed, minutes, seed, folder, progress },
        ...{ warmUpMinutes: warmUp, everyMinutes: every },
        snapshots: snapshots === undefined ? null : resolve(snapshots),
        taken: (reading) => say([readingLine(reading)]),
      }),
  );
  const verdict = judge(readings);
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  const [first, last] = [readings[0]!, readings.at(-1)!];
  say(['', ...kindLines(first, last), '', growthLine(first, last), ...verdictLines(verdict), '']);
  say([
    `${tracked} positions in ${seconds} s`,
    differences.length === 0
      ? "the exchange's books and the daemon's agree: nothing was oversold"
      : `${differences.length} DIFFERENCES between the exchange's books and the daemon's`,
    ...differences.slice(0, 20),
  ]);
  process.exitCode = verdict.isFlat && differences.length === 0 ? 0 : 1;
} catch (error) {
  process.exitCode = 1;
  throw error;
} finally {
  await killDaemons();
  if (process.exitCode === 1) say([`the daemon's data and log are kept in ${folder}`]);
  else rmSync(folder, { recursive: true, force: true });
}
