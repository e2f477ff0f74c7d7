import { type Command, InvalidArgumentError, Option } from 'commander';
import type { RecorderProgress } from '../../services/venues/kalshi/recorder/recorder.ts';
import { UsageError } from '../failure.ts';
import { newCommand } from '../new-command.ts';
import { type ConfigChoice, readMarket, readSeconds, withConfig } from '../options.ts';
import { complain, print } from '../output.ts';

interface RecordChoices extends ConfigChoice {
  markets?: string[];
  out?: string;
  append?: true;
  every: number;
  for?: number;
  restUrl?: string;
  environment?: 'demo' | 'production';
}

/** `postern record`: public order books of Kalshi as a file that `postern replay` reads. */
export function addRecord(program: Command): void {
  const command = newCommand(program, {
    usage: 'record',
    summary: "record Kalshi's order books for replays, without a key",
    details:
      'Writes a row of best bid and ask for each market whenever they change, and every 30 s at least, until Ctrl-C or ' +
      'SIGTERM. Every row is written whole, so the file can be read at any time. An outage leaves a gap. The books are ' +
      "those of the configuration's environment, or of production.",
    examples: [
      'postern record --markets KXNFLGAME-26NOV29-GB,KXNFLGAME-26NOV29-CHI --out books.csv',
      'postern record --markets KXNFLGAME-26NOV29-GB --out books.csv --append --every 5 --for 3600',
    ],
  })
    .addOption(new Option('--markets <a,b>', 'the tickers, with commas between them').argParser(readMarkets))
    .option('--out <file>', 'the CSV file to write; it must not be there yet')
    .option('--append', 'add to the file when it is there')
    .addOption(
      new Option('--every <seconds>', 'how often to look').argParser(readSeconds('0.1')).default(1_000, '1'),
    )
    .addOption(
      new Option('--for <seconds>', 'how long (default: until stopped)').argParser(readSeconds('0.1')),
    )
    .addOption(
      new Option('--environment <name>', 'whose books').choices(['demo', 'production']).conflicts('restUrl'),
    )
    .option('--rest-url <url>', "another root of Kalshi's API than the environment's");
  withConfig(command).action(record);
}

async function record(choices: RecordChoices): Promise<void> {
  const { markets, out } = choices;
  const missing = [...(markets ? [] : ['--markets A,B']), ...(out ? [] : ['--out FILE'])];
  if (!markets || !out) throw new UsageError(`missing: ${missing.join(' and ')}`);
  const { readPlace } = await import('../record-place.ts');
  const place = readPlace(choices);
  const { recordBooks } = await import('../../services/venues/kalshi/recorder/record-books.ts');
  const { createFetchHttp } = await import('../../services/venues/kalshi/client/http.ts');
  const { createSystemClock } = await import('../../services/clock.ts');
  const { withProgress } = await import('../progress.ts');
  const { countOf, showTime } = await import('../format.ts');
  const clock = createSystemClock();
  const timeOf = (at: number): string => showTime(new Date(at).toISOString());
  const what = `${countOf(markets.length, 'market')} in ${out}`;
  const work = { name: `recording ${what}`, unit: 'row', total: null, lastsMs: choices.for ?? null };
  const recorded = await withProgress(work, (progress) =>
    recordBooks({
      ...{ markets, file: out, append: choices.append === true, ...place, clock },
      everyMs: choices.every,
      forMs: choices.for ?? null,
      http: createFetchHttp(),
      stop: stopSignal(),
      tell: (words) => progress.say(`${timeOf(clock.now())}  ${words}`),
      looked: ({ rows, lastAt }) =>
        progress.show({
          count: rows,
          ...(lastAt === null ? {} : { detail: `last at ${timeOf(lastAt)} UTC` }),
        }),
    }),
  );
  await sayEnd(recorded, what);
}

async function sayEnd({ rows, firstAt, lastAt }: RecorderProgress, what: string): Promise<void> {
  if (firstAt === null || lastAt === null) {
    complain('postern: nothing was recorded');
    process.exitCode = 1;
    return;
  }
  const { countOf, showDuration } = await import('../format.ts');
  print(`recorded ${countOf(rows, 'row')} of ${what}, over ${showDuration(lastAt - firstAt)}`);
}

/** The first SIGINT or SIGTERM ends the recording, a second one the process. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  return stop.signal;
}

function readMarkets(input: string): string[] {
  const names = input.split(',').map((name) => name.trim());
  if (names.includes('')) throw new InvalidArgumentError('It must be tickers with commas between them.');
  return [...new Set(names.map(readMarket))];
}
