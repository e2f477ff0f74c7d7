import { refuseWord } from '../services/config/nearest-word.ts';
import type { PositionsProblem } from '../services/venues/paper/positions-document.ts';
import {
  type PositionsFile,
  PositionsFileError,
  type TrackedPosition,
} from '../services/venues/paper/positions-file.ts';

/** What the positions of a replay may name. */
export interface KnownNames {
  /** Where the markets come from, as messages name it. */
  source: string;
  markets: readonly string[];
  methods: readonly string[];
}

/** Throws a PositionsFileError with every position whose market or method nobody knows. */
export function checkPositions(file: PositionsFile, { source, markets, methods }: KnownNames): void {
  refuse([
    ...problemsWith(file, 'market', (p) => refuseMarket(p, source, markets)),
    ...methodProblems(file, methods),
  ]);
}

/** Throws a PositionsFileError with every position whose method the configuration lacks. */
export const checkMethods = (file: PositionsFile, methods: readonly string[]): void =>
  refuse(methodProblems(file, methods));

function refuse(problems: PositionsProblem[]): void {
  if (problems.length > 0)
    throw new PositionsFileError(problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)));
}

const methodProblems = (file: PositionsFile, methods: readonly string[]): PositionsProblem[] =>
  problemsWith(file, 'method', ({ method }) =>
    method === null || methods.includes(method) ? null : refuseWord(method, methods),
  );

const problemsWith = (
  { file, positions }: PositionsFile,
  key: string,
  problemOf: (position: TrackedPosition) => string | null,
): PositionsProblem[] =>
  positions.flatMap((position, index) => {
    const message = problemOf(position);
    return message === null ? [] : [{ file, line: position.line, path: `[${index}].${key}`, message }];
  });

const LISTED = 20;

function refuseMarket(
  { market }: TrackedPosition,
  source: string,
  markets: readonly string[],
): string | null {
  if (markets.includes(market)) return null;
  const has = markets.length > LISTED ? `${markets.length} others` : markets.join(', ');
  return `${JSON.stringify(market)} is not in ${source}, which has ${has}`;
}
