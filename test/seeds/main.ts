/** `npm run simulate`: hours of the whole program, each drawn from a seed, in which everything goes wrong. */
import { availableParallelism } from 'node:os';
import { withProgress } from '../../src/cli/progress.ts';
import { longCommand, wholeNumber } from '../support/long-command.ts';
import { playSeed } from './play-seed.ts';
import { playAll } from './pool.ts';
import { describeTally } from './report.ts';
import { HOUR } from './scenario.ts';
import { Tally } from './tally.ts';
import type { FromWorker } from './worker.ts';

interface Choices {
  seeds: number;
  from: number;
  seed?: number;
  trace: boolean;
  workers: number;
  keepGoing: boolean;
  json: boolean;
}

const count = wholeNumber(1);

const command = longCommand(
  'simulate',
  'Plays hours of the whole program, each drawn from a seed. Exit code 1: an invariant was violated.',
)
  .option('--seeds <N>', 'how many hours', count, 100)
  .option('--from <K>', 'the first seed', count, 1)
  .option('--seed <N>', 'this one alone, in this process', count)
  .option('--trace', 'with --seed: tells all that happens in it', false)
  .option('--workers <N>', 'how many processes side by side', count, availableParallelism())
  .option('--keep-going', 'plays on after a violation', false)
  .option('--json', 'the summary as JSON', false);

async function playOne(seed: number, { trace, json }: Choices): Promise<number> {
  const { story, violation, tally } = await playSeed(seed);
  if (trace) process.stdout.write(`${story.join('\n')}\n`);
  if (json) print(JSON.stringify({ seeds: 1, failed: violation && failure({ seed, violation }), ...tally }));
  else
    print(
      violation
        ? describeFailure({ seed, violation })
        : `seed ${seed}: ${tally.events} events, nothing wrong`,
    );
  return violation ? 1 : 0;
}

async function playMany({ seeds, from, workers, keepGoing, json }: Choices): Promise<number> {
  const total = new Tally();
  const failures: FromWorker[] = [];
  let done = 0;
  const startedAt = performance.now();
  await withProgress(
    { name: 'simulating', unit: 'hour', total: seeds, lastsMs: null },
    (progress) =>
      playAll({
        seeds: range(from, seeds),
        workers: Math.min(workers, seeds),
        played: (one) => {
          done += 1;
          total.add(one.tally);
          if (one.violation) {
            failures.push(one);
            progress.say(describeFailure(one));
          }
          progress.show({ count: done, ownMs: done * HOUR });
          return failures.length > 0 && !keepGoing;
        },
      }),
    { json },
  );
  const tookMs = performance.now() - startedAt;
  const first = failures.toSorted((a, b) => a.seed - b.seed)[0];
  if (json) {
    const failed = first?.violation ? failure(first) : null;
    print(JSON.stringify({ seeds: done, failed, failures: failures.length, tookMs, ...total }));
  } else
    print(describeTally(total, { seeds: done, virtualMs: done * HOUR, tookMs, failures: failures.length }));
  return first ? 1 : 0;
}

function* range(from: number, count: number): Iterable<number> {
  for (let seed = from; seed < from + count; seed++) yield seed;
}

const failure = ({ seed, violation }: Pick<FromWorker, 'seed' | 'violation'>) => ({
  seed,
  violation: `${violation?.invariant}: ${violation?.what}`,
});

const describeFailure = (one: Pick<FromWorker, 'seed' | 'violation'>): string =>
  `seed ${one.seed}: ${failure(one).violation} (npm run simulate -- --seed ${one.seed} --trace)`;

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

const choices = command.parse().opts<Choices>();
process.exitCode =
  choices.seed === undefined ? await playMany(choices) : await playOne(choices.seed, choices);
