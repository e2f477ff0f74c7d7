import { readFile } from 'node:fs/promises';
import { isMap, isSeq } from 'yaml';
import type { Side } from '../../../domain/market.ts';
import type { Confidence } from '../../../domain/method.ts';
import { amount, type Fraction, type Money, type Price, type Quantity } from '../../../domain/money.ts';
import { describeProblems } from '../../config/config-error.ts';
import type { MarketFacts } from './market-facts.ts';
import { PositionsDocument, type PositionsProblem } from './positions-document.ts';
import { readMarketFacts } from './positions-facts.ts';
import { type PositionEntry, readPositionEntry } from './positions-fields.ts';

/** A position somebody holds and wants watched. */
export interface TrackedPosition {
  market: string;
  side: Side;
  quantity: Quantity;
  entryPrice: Price;
  /** entryPrice × quantity. */
  cost: Money;
  openedAt: number | null;
  method: string | null;
  confidence: Confidence | null;
  /** For the side held. */
  modelProbability: Fraction | null;
  /** What the entry says about its market; it holds for this position alone. */
  facts: MarketFacts;
  /** Where the file says so. */
  line: number;
}

export interface PositionsFile {
  file: string;
  positions: TrackedPosition[];
}

/** Everything that is wrong with a positions file, at once. */
export class PositionsFileError extends Error {
  override name = 'PositionsFileError';
  readonly problems: readonly PositionsProblem[];

  constructor(problems: readonly PositionsProblem[]) {
    super(`The positions file is not valid, ${describeProblems(problems)}`);
    this.problems = problems;
  }
}

/** Reads a POSITIONS.yaml. Throws a PositionsFileError with all that is wrong with it. */
export async function readPositionsFile(file: string): Promise<PositionsFile> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new PositionsFileError([{ file, line: null, path: '', message: describeReadError(error) }]);
  });
  return parsePositions(text, file);
}

/** Reads the text of a positions file; `file` is its name in errors. */
export function parsePositions(text: string, file: string): PositionsFile {
  const document = readDocument(text, file);
  const root = document.root;
  if (!isSeq(root)) {
    if (document.problems.length === 0)
      document.report(root, [], 'must be a list of positions (- market: …)');
    throw new PositionsFileError(document.problems);
  }
  const entries = root.items.flatMap((item, index): PositionEntry[] => {
    if (isMap(item)) return [readPositionEntry(document, item, index)];
    document.report(item, [index], 'must be a position: market, side, quantity, entry_price, …');
    return [];
  });
  const facts = entries.map((entry) => readMarketFacts(document, entry));
  if (document.problems.length > 0) throw new PositionsFileError(document.sortedProblems());
  return { file, positions: entries.map((entry, index) => trackPosition(entry, facts[index]!)) };
}

const MOST_CHARS = 4_000_000;

function readDocument(text: string, file: string): PositionsDocument {
  const refuse = (message: string) => new PositionsFileError([{ file, line: null, path: '', message }]);
  if (text.length > MOST_CHARS) throw refuse(`is longer than ${MOST_CHARS} characters`);
  try {
    return new PositionsDocument(text, file);
  } catch (error) {
    if (error instanceof RangeError) throw refuse('is nested too deeply');
    throw error;
  }
}

function trackPosition({ values, line }: PositionEntry, facts: MarketFacts): TrackedPosition {
  const entryPrice = values.entry_price!;
  const quantity = values.quantity!;
  return {
    market: values.market!,
    side: values.side!,
    quantity,
    entryPrice,
    cost: amount(entryPrice, quantity),
    openedAt: values.opened_at ?? null,
    method: values.method ?? null,
    confidence: values.confidence ?? null,
    modelProbability: values.model_probability ?? null,
    facts,
    line,
  };
}

function describeReadError(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return 'does not exist';
  if (error.code === 'EISDIR') return 'is a folder, not a file';
  return `can not be read: ${error.message}`;
}
