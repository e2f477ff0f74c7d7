import { existsSync } from 'node:fs';
import { evaluateExits } from '../src/domain/exit-conditions.ts';
import { CENT_GRID, quoteForSide, type Side } from '../src/domain/market.ts';
import { replay } from '../src/replay.ts';
import { generateRecording } from '../src/services/venues/paper/generator.ts';
import { noFacts } from '../src/services/venues/paper/market-facts.ts';
import { parseRecording, type Recording, readRecording } from '../src/services/venues/paper/recording.ts';
import { type Line, times, whole } from './table.ts';
import { config, lot, method, openMarket } from './worlds.ts';

const RECORDED = '../shared/data/kxsb-26-books.csv';

/** The recorded game where it is at hand, otherwise two generated markets of the same length. */
async function readBooks(): Promise<{ recording: Recording; name: string }> {
  if (existsSync(RECORDED)) return { recording: await readRecording(RECORDED), name: 'recorded books' };
  const specs = ['A', 'B'].map((market) => ({
    market,
    start: 5_000,
    path: { kind: 'mean_reverting' as const },
    volatility: 10,
    spread: 100,
    levels: 1,
    size: 50_000,
    volume24h: null,
    events: [],
  }));
  const text = generateRecording({
    specs,
    seed: 'bench',
    stepMs: 1_000,
    startAt: Date.UTC(2026, 0, 1),
    durationMs: 12_000_000,
  });
  return { recording: parseRecording(Buffer.from(text), 'generated.csv'), name: 'generated books' };
}

/** Positions of both sides of all markets, entered where most of them stay watching for a long time. */
function positionsFor(recording: Recording, count: number) {
  return Array.from({ length: count }, (_, i) => {
    const market = recording.markets[i % recording.markets.length]!;
    const side: Side = (i >> 1) % 2 === 0 ? 'yes' : 'no';
    const entryPrice = 3_000 + (i % 41) * 100;
    return {
      market,
      side,
      quantity: 1_000,
      entryPrice,
      cost: entryPrice * 1_000,
      openedAt: null,
      method: null,
      confidence: null,
      modelProbability: null,
      facts: noFacts(market),
      line: i + 1,
    };
  });
}

/** Quotes a second through the whole program under virtual time, and what it costs to evaluate each of them plainly. */
export async function benchReplays(): Promise<Line[]> {
  const { recording, name } = await readBooks();
  const plain = plainRate(recording);
  const lines: Line[] = [];
  for (const count of [1, 100, 10_000]) {
    const positions = positionsFor(recording, count);
    const start = performance.now();
    await replay({ recording, positions, config, mode: 'stream' });
    const seconds = (performance.now() - start) / 1000;
    const pairs = pairsOf(recording, positions);
    lines.push({
      what: `stream replay, ${whole(count)} positions, ${name}`,
      value: `${whole(pairs / seconds)} position-quotes/s`,
      ratio: `${times(pairs / seconds, plain)} evaluating every quote (${whole(plain)} /s); ${whole(recording.length / seconds)} rows/s`,
    });
  }
  return lines;
}

/** How many quotes met how many positions of their market. */
function pairsOf(recording: Recording, positions: { market: string }[]): number {
  const rows = new Map<string, number>();
  for (const group of recording.rows)
    for (const book of group.books) rows.set(book.market, (rows.get(book.market) ?? 0) + 1);
  return positions.reduce((sum, { market }) => sum + (rows.get(market) ?? 0), 0);
}

/** One position that evaluates every quote and does nothing else. */
function plainRate(recording: Recording): number {
  const position = {
    ...lot('p0', recording.markets[0]!, recording.firstAt),
    peak: 9_000,
    quotedAt: recording.firstAt,
  };
  const surroundings = {
    market: { ...openMarket(position.market), grid: CENT_GRID },
    dailyLoss: { tripped: false, pnl: null, limit: null },
    patientPaused: false,
    opportunity: null,
  };
  let count = 0;
  const start = performance.now();
  for (const group of recording.rows)
    for (const book of group.books) {
      evaluateExits({ position, method, surroundings, quote: quoteForSide(book, 'yes'), at: group.at });
      count += 1;
    }
  return (count / (performance.now() - start)) * 1000;
}
