import { type Command, Option } from 'commander';
import type { Side } from '../../domain/market.ts';
import type { Confidence } from '../../domain/method.ts';
import type { Fraction, Price, Quantity } from '../../domain/money.ts';
import type { PositionView, TrackRequest } from '../../services/operations/operations.ts';
import type { MarketFacts } from '../../services/venues/paper/market-facts.ts';
import { UsageError } from '../failure.ts';
import { newCommand } from '../new-command.ts';
import * as options from '../options.ts';
import { complain, print, printJson, stdoutStyle } from '../output.ts';
import { withOperations } from '../with-operations.ts';

interface Choices extends options.ConfigChoice, options.OutputChoice {
  positions?: string;
  market?: string;
  side?: Side;
  quantity?: Quantity;
  entryPrice?: Price;
  method?: string;
  confidence?: Confidence;
  modelProbability?: Fraction;
  openedAt?: number;
}

/** `postern track`: takes one position, or all of a file, under watch. */
export function addTrack(program: Command): void {
  const command = newCommand(program, {
    usage: 'track',
    summary: 'take positions under watch',
    details: 'Give one position by its options, or a file of them with --positions.',
    examples: [
      'postern track --market DEMO-1 --side yes --quantity 100 --entry-price 0.56',
      'postern track --positions positions.yaml',
    ],
  })
    .option('--positions <file>', 'YAML: a list of market, side, quantity, entry_price, …')
    .addOption(
      new Option('--market <name>', 'the market, as its venue names it').argParser(options.readMarket),
    )
    .addOption(new Option('--side <side>', 'yes or no').argParser(options.readSide))
    .addOption(new Option('--quantity <q>', 'contracts held, exact to 0.01').argParser(options.readQuantity))
    .addOption(
      new Option('--entry-price <p>', 'dollars paid per contract on average').argParser(options.readPrice),
    )
    .option('--method <name>', 'the exit rules (default: adoption.method of the configuration)')
    .addOption(
      new Option('--confidence <c>', 'of the entry: high, medium or low').argParser(options.readConfidence),
    )
    .addOption(
      new Option('--model-probability <p>', 'that the side held wins').argParser(options.readProbability),
    )
    .addOption(
      new Option('--opened-at <time>', 'when it was bought (default: now)').argParser(options.readMoment),
    );
  options.withJson(options.withConfig(command)).action(track);
}

async function track(choices: Choices): Promise<void> {
  const requests = choices.positions === undefined ? [readRequest(choices)] : await readFileRequests(choices);
  const tracked: PositionView[] = [];
  try {
    await withOperations(choices, async (operations) => {
      for (const request of requests) tracked.push(await operations.track(request));
    });
  } catch (error) {
    if (tracked.length > 0)
      complain(
        `tracked ${tracked.length} of ${requests.length} positions, until one failed: ${idsOf(tracked)}`,
      );
    throw error;
  }
  if (choices.json) return printJson(choices.positions === undefined ? tracked[0] : tracked);
  const { renderPositions } = await import('../positions-table.ts');
  print(...renderPositions(tracked, stdoutStyle()));
}

const idsOf = (positions: readonly PositionView[]): string => positions.map(({ id }) => id).join(', ');

const OWN = [
  'market',
  'side',
  'quantity',
  'entryPrice',
  'method',
  'confidence',
  'modelProbability',
  'openedAt',
] as const;
const NEEDED = ['market', 'side', 'quantity', 'entryPrice'] as const;

function readRequest(choices: Choices): TrackRequest {
  const missing = NEEDED.filter((name) => choices[name] === undefined).map(flagOf);
  if (missing.length > 0)
    throw new UsageError(`missing: ${missing.join(', ')}; or give a file of positions with --positions`);
  return {
    market: choices.market!,
    side: choices.side!,
    quantity: choices.quantity!,
    entryPrice: choices.entryPrice!,
    method: choices.method ?? null,
    confidence: choices.confidence ?? null,
    modelProbability: choices.modelProbability ?? null,
    openedAt: choices.openedAt ?? null,
  };
}

async function readFileRequests(choices: Choices): Promise<TrackRequest[]> {
  const extra = OWN.filter((name) => choices[name] !== undefined).map(flagOf);
  if (extra.length > 0) throw new UsageError(`--positions says it all: leave out ${extra.join(', ')}`);
  const { readPositionsFile } = await import('../../services/venues/paper/positions-file.ts');
  const { loadConfig } = await import('../../services/config/load-config.ts');
  const { checkMethods } = await import('../check-positions.ts');
  const config = loadConfig({ file: choices.config ?? null, env: process.env });
  const file = await readPositionsFile(choices.positions!);
  checkMethods(file, ['default', ...Object.keys(config.methods)]);
  if (file.positions.some(({ facts }) => knowsMarket(facts)))
    complain('note: close_time, volume_24h and settlement are for replays: here the venue tells them');
  return file.positions.map(
    ({ market, side, quantity, entryPrice, method, confidence, modelProbability, openedAt }) => ({
      market,
      side,
      quantity,
      entryPrice,
      method,
      confidence,
      modelProbability,
      openedAt,
    }),
  );
}

const knowsMarket = ({ market: _market, ...facts }: MarketFacts): boolean =>
  Object.values(facts).some((fact) => fact !== null);

const flagOf = (name: string): string =>
  `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
