/** `npm run simulate:mutants`: the simulation must find every deliberate bug. `-- --help` says what can be asked. */
import { longCommand, wholeNumber } from '../../support/long-command.ts';
import { MUTANTS, mutantOf } from './mutants.ts';
import { runMutant, type Verdict } from './run-mutant.ts';

const { only, seeds, from, workers } = longCommand(
  'simulate:mutants',
  'Plays the simulation with each deliberate bug in the program, until a seed fails. Exit code 1: one survives.',
)
  .option('--only <names...>', 'these alone')
  .option('--seeds <N>', 'at most so many for each', wholeNumber(1), 500)
  .option('--from <K>', 'the first seed', wholeNumber(1), 1)
  .option('--workers <N>', 'how many bugs side by side', wholeNumber(1), 2)
  .parse()
  .opts<{ only?: string[]; seeds: number; from: number; workers: number }>();

const say = (line: string): void => void process.stdout.write(`${line}\n`);

await runAll();

async function runAll(): Promise<void> {
  const waiting = only?.map(mutantOf) ?? [...MUTANTS];
  const longest = Math.max(...waiting.map(({ name }) => name.length));
  const verdicts: Verdict[] = [];
  const work = async (): Promise<void> => {
    for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) {
      const verdict = await runMutant(mutant.name, from, seeds);
      verdicts.push(verdict);
      say(describe(mutant.name.padEnd(longest), verdict));
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  const caught = verdicts.filter(({ kind }) => kind === 'caught');
  const most = Math.max(0, ...caught.map(({ seeds }) => seeds));
  say(`\n${caught.length} of ${verdicts.length} deliberate bugs caught, each within ${most} seeds`);
  process.exitCode = caught.length === verdicts.length ? 0 : 1;
}

function describe(name: string, { kind, seeds, seed, word, seconds }: Verdict): string {
  const time = `${seconds.toFixed(1).padStart(7)} s`;
  const line = oneLine(word);
  if (kind === 'caught') return `${name}  ${time}  caught at seed ${seed} after ${seeds} seeds: ${line}`;
  if (kind === 'survived') return `${name}  ${time}  SURVIVED ${seeds} seeds`;
  return `${name}  ${time}  BROKEN: ${line}`;
}

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 160 ? `${line.slice(0, 157)}…` : line;
}
