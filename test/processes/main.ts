/** `npm run simulate:processes -- --kills 200 [--takeovers N] [--seed N]`: the long run, and what came of it. */
import { parseArgs } from 'node:util';
import { withProgress } from '../../src/cli/progress.ts';
import { killDaemons } from '../support/daemon-process.ts';
import { killExchanges } from '../support/exchange-process.ts';
import { playLongRun } from './long-run.ts';
import { reportLines } from './report.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    takeovers: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
  },
});
const kills = Number(values.kills);
const takeovers = Number(values.takeovers);
const seed = Number(values.seed);
const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
if (!isCount(kills) || !isCount(takeovers) || !Number.isSafeInteger(seed)) {
  process.stderr.write('--kills, --takeovers and --seed must be whole numbers\n');
  process.exit(2);
}

const work = { name: 'killing the daemon', unit: 'kill', total: kills, lastsMs: null };
try {
  const figures = await withProgress(work, (progress) => playLongRun({ kills, takeovers, seed, progress }));
  process.stdout.write(`${reportLines(figures).join('\n')}\n`);
  process.exitCode = figures.differences.length === 0 ? 0 : 1;
} finally {
  await killDaemons();
  await killExchanges();
}
