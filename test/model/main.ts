/** `npm run model`: every state of every part, the rules that hold in each, and what of the machines was walked. */
import { showDuration } from '../../src/cli/format.ts';
import { withProgress } from '../../src/cli/progress.ts';
import { Covered } from './covered.ts';
import { type Explored, exploring } from './explore.ts';
import { GRAPH_RULES, INVARIANTS, STEP_RULES } from './invariants.ts';
import { WHOLE } from './runs.ts';
import { BOUNDS_OF_ALL, boundsOf, type Scenario } from './setting.ts';

const say = (line = ''): void => void process.stdout.write(`${line}\n`);
const whole = (count: number): string => count.toLocaleString('en-US');

const HEADS = [
  'part and bounds',
  'states',
  'transitions',
  'depth',
  'dead ends',
  'no rest',
  'no exit',
  'core time',
];
const WIDTHS = [62, 12, 13, 7, 11, 9, 9, 13];
const sayRow = (cells: readonly string[]): void =>
  say(cells.map((cell, i) => (i === 0 ? cell.padEnd(WIDTHS[i]!) : cell.padStart(WIDTHS[i]!))).join(''));

/** What the process has computed, however busy the machine is. */
const coreMs = (): number => process.cpuUsage().user / 1_000;

const wanted = process.argv.slice(2);
const scenarios = WHOLE.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
const covered = new Covered();
const all = { states: 0, transitions: 0, depth: 0, deadEnds: 0, withoutRest: 0, withoutExit: 0 };
let broken = 0;

say(BOUNDS_OF_ALL);
say();
sayRow(HEADS);
for (const scenario of scenarios) {
  const began = coreMs();
  sayExplored(await walk(scenario), coreMs() - began);
}
sayRow([`all ${scenarios.length} parts`, ...numbersOf(all), showDuration(coreMs())]);
say();
say(`true of every state: ${INVARIANTS.map(({ name }) => name).join('; ')}`);
say(`true of every step: ${STEP_RULES.join('; ')}`);
say(`true of every graph: ${GRAPH_RULES.join('; ')}`);
for (const { name, taken, of, missing } of covered.report) {
  say(`${taken} of ${of} ${name}`);
  for (const transition of missing) say(`  missing: ${transition}`);
  if (wanted.length === 0) broken += missing.length;
}
process.exitCode = broken > 0 || scenarios.length === 0 ? 1 : 0;

/** Signals and the bar get their turn now and then. */
function walk(scenario: Scenario): Promise<Explored> {
  const work = { name: `walking "${scenario.name}"`, unit: 'state', total: null, lastsMs: null };
  return withProgress(work, async (progress) => {
    const steps = exploring(scenario);
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
      progress.show({ count: value });
      await new Promise((resolve) => setImmediate(resolve));
    }
  });
}

function sayExplored({ scenario, parts, finding, ...explored }: Explored, tookMs: number): void {
  covered.add(parts);
  for (const key of ['states', 'transitions', 'deadEnds', 'withoutRest'] as const) all[key] += explored[key];
  all.withoutExit += explored.withoutExit ?? 0;
  all.depth = Math.max(all.depth, explored.depth);
  sayRow([`${scenario.name}: ${boundsOf(scenario)}`, ...numbersOf(explored), showDuration(tookMs)]);
  if (finding === null) return;
  broken += 1;
  say(`BROKEN: ${finding.what}`);
  for (const [i, words] of finding.story.entries()) say(`${String(i + 1).padStart(5)}  ${words}`);
}

type Counts = Pick<Explored, 'states' | 'transitions' | 'depth' | 'deadEnds' | 'withoutRest' | 'withoutExit'>;

function numbersOf(counts: Counts): string[] {
  const { states, transitions, depth, deadEnds, withoutRest, withoutExit } = counts;
  return [states, transitions, depth, deadEnds, withoutRest, withoutExit].map((count) =>
    count === null ? '–' : whole(count),
  );
}
