import { type Command, Option } from 'commander';
import { UsageError } from '../failure.ts';
import { newCommand } from '../new-command.ts';
import {
  type ConfigChoice,
  choice,
  type OutputChoice,
  readMinutes,
  readSeed,
  withConfig,
  withJson,
} from '../options.ts';
import { complain, print, printJson, stdoutStyle } from '../output.ts';

interface ReplayChoices extends ConfigChoice, OutputChoice {
  positions?: string;
  mode: 'poll' | 'stream';
  seed?: number;
  minutes?: number;
  explain?: string;
}

const MINUTES = 60;

/** `postern replay`: what would have become of these positions over recorded, or generated, books. */
export function addReplay(program: Command): void {
  const command = newCommand(program, {
    usage: 'replay [books]',
    summary: 'run positions over recorded books and tell how they would have exited',
    details:
      'A line of BOOKS is a best bid and ask in prices of the YES side; the header names the columns timestamp, ' +
      'ticker, best_bid_price, best_bid_size, best_ask_price and best_ask_size. With --seed the books are generated ' +
      'instead, for the markets in venue.markets of the configuration.',
    examples: [
      'postern replay books.csv --positions positions.yaml',
      'postern replay books.csv --positions positions.yaml --json > result.json',
      'postern replay --seed 7 --minutes 20 --config config/demo.yaml --positions positions.yaml',
    ],
  });
  command
    .option('--positions <file>', 'YAML: a list of market, side, quantity, entry_price, …')
    .addOption(
      choice(
        '--mode <mode>',
        'how quotes come: as they change, or when asked for',
        ['poll', 'stream'],
        'stream',
      ),
    )
    .addOption(new Option('--seed <n>', 'generate the books').argParser(readSeed))
    .addOption(
      new Option('--minutes <n>', `how long the generated books last (default: ${MINUTES})`).argParser(
        readMinutes,
      ),
    )
    .option('--explain <id>', 'print the whole story of one position: 1 is the first in the file');
  withJson(withConfig(command)).action(runReplay);
}

async function runReplay(books: string | undefined, options: ReplayChoices): Promise<void> {
  const { seed, minutes = MINUTES, mode } = options;
  if (books === undefined && seed === undefined)
    throw new UsageError('name a file with books, or a --seed to generate some');
  if (books !== undefined && seed !== undefined)
    throw new UsageError('--seed generates books: leave the file out, or --seed');
  if (options.positions === undefined) throw new UsageError('name the positions: --positions FILE');
  if (options.minutes !== undefined && seed === undefined) throw new UsageError('--minutes needs --seed');
  const { prepareReplay } = await import('../prepare-replay.ts');
  const { replay } = await import('../../replay.ts');
  const source =
    books === undefined
      ? { kind: 'generated' as const, seed: seed!, minutes }
      : { kind: 'file' as const, file: books };
  const inputs = await prepareReplay({
    source,
    positions: options.positions,
    config: options.config ?? null,
  });
  const shown = pickPosition(options.explain, inputs.positions.length);
  const { withProgress } = await import('../progress.ts');
  const { file, length: total } = inputs.recording;
  const { result, store } = await withProgress(
    { name: `replaying ${file}`, unit: 'row', total, lastsMs: null },
    (progress) => replay({ ...inputs, mode, advanced: (count, ownMs) => progress.show({ count, ownMs }) }),
    options,
  );
  const { renderReplay, renderStory, withFinishedAttempts } = await import('../render-replay.ts');
  const finished = withFinishedAttempts(result);
  if (shown !== null) {
    const story = await store.decisions({ positionId: shown, limit: Number.MAX_SAFE_INTEGER });
    const position = finished.positions.find(({ id }) => id === shown)!;
    if (options.json)
      return printJson({
        position,
        story: story.map(({ at, ...entry }) => ({ at: new Date(at).toISOString(), ...entry })),
      });
    return print(...renderStory(position, story));
  }
  if (options.json) return printJson(finished);
  print(...renderReplay(finished, stdoutStyle()));
  complain(...finished.summary.notes.map((note) => `note: ${note}`));
}

function pickPosition(id: string | undefined, count: number): string | null {
  if (id === undefined) return null;
  if (/^\d{1,9}$/.test(id) && Number(id) >= 1 && Number(id) <= count) return String(Number(id));
  throw new UsageError(
    `--explain: there is no position ${JSON.stringify(id)}: the positions file has 1 to ${count}`,
  );
}
