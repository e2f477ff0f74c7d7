/** `npm run simulate:processes -- --kills 200 [--takeovers N] [--seed N]`: the long run, and what came of it. */
import { withProgress } from '../../src/cli/progress.ts';
import { killDaemons } from '../support/daemon-process.ts';
import { killExchanges } from '../support/exchange-process.ts';
import { longCommand, wholeNumber } from '../support/long-command.ts';
import { playLongRun } from './long-run.ts';
import { reportLines } from './report.ts';

const { kills, takeovers, seed } = longCommand(
  'simulate:processes',
  'Kills and freezes the built daemon and takes its surroundings away. Exit code 1: the books differ.',
)
  .option('--kills <N>', 'by SIGKILL, on both databases', wholeNumber(0), 200)
  .option('--takeovers <N>', 'of a daemon frozen beyond its lease', wholeNumber(0), 5)
  .option('--seed <N>', 'of all that is drawn', wholeNumber(0), 1)
  .parse()
  .opts<{ kills: number; takeovers: number; seed: number }>();

const work = { name: 'killing the daemon', unit: 'kill', total: kills, lastsMs: null };
try {
  const figures = await withProgress(work, (progress) => playLongRun({ kills, takeovers, seed, progress }));
  process.stdout.write(`${reportLines(figures).join('\n')}\n`);
  process.exitCode = figures.differences.length === 0 ? 0 : 1;
} finally {
  await killDaemons();
  await killExchanges();
}
