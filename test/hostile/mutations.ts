/** Spoils real shapes: JSON values, and texts. */
import fc from 'fast-check';

const { RUNS = '1', SEED } = process.env;

/** RUNS=50 tries fifty times as many cases; SEED=… the same ones again. */
export const tries = (usually: number): fc.Parameters<unknown> => ({
  numRuns: usually * Number(RUNS),
  ...(SEED === undefined ? {} : { seed: Number(SEED) }),
});

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Path = readonly (string | number)[];

const LONG = 'x'.repeat(20_000);
/** Becomes arrays within arrays once it is written as text: no object nests so deep that can be built by recursion. */
const DEEP = '@deep@';
const DEPTH = 20_000;

/** What stands where something else should. */
export const NASTY: readonly Json[] = [
  ...[null, true, false, 0, -1, 0.1, 1e308, -1e308, 2 ** 53, 9_007_199_254_740_991, 7],
  ...[
    '',
    ' ',
    '0',
    '-0.00',
    'NaN',
    'Infinity',
    '-1.00',
    '1e5',
    '0x10',
    '1,0',
    '.5',
    '٣',
    '1.000001',
    '99.00',
  ],
  ...['9'.repeat(15), '9'.repeat(400), '90071992547409.91', '-90071992547409.91'],
  ...['\0', 'a\nb', '\u001b[2J', '\u202e', '\ud800', '😀', '..', '%2e%2e', '/', '?x=1#y', "' or 1=1 --"],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty'],
  ...['2026-13-45T99:99:99Z', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '-1', 'yes', 'no', 'bid'],
  ...[LONG, DEEP, [], {}, [[]], [null], { a: {} }],
  ...[JSON.parse('{"__proto__":{"a":1}}') as Json, { toString: 1, valueOf: null }],
];

export const nasty: fc.Arbitrary<Json> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
  { weight: 1, arbitrary: fc.double() },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json> },
);

const change = fc.record({
  kind: fc.constantFrom('drop', 'replace', 'replace', 'swap', 'copy', 'rename', 'wrap', 'flip', 'many'),
  at: fc.nat(),
  other: fc.nat(),
  value: nasty,
});
type Change = typeof change extends fc.Arbitrary<infer C> ? C : never;

/** The shape with up to three changes, each to any part of it. */
export const spoiled = (shape: Json): fc.Arbitrary<Json> =>
  fc
    .array(change, { minLength: 1, maxLength: 3 })
    .map((changes) => changes.reduce(applyChange, structuredClone(shape)));

/** Without halves of characters: neither an address nor a command line has any. */
export const wellFormed = (text: string): string => text.replace(/\p{Cs}/gu, '\ufffd');

/** As it goes over the wire. */
export const asText = (value: unknown): string =>
  (JSON.stringify(value) ?? 'undefined').replaceAll(`"${DEEP}"`, '['.repeat(DEPTH) + ']'.repeat(DEPTH));

/** The paths of all parts, the whole being []. */
export const partsOf = (value: Json, path: Path = []): Path[] => [
  path,
  ...childrenOf(value).flatMap(([step, child]) => partsOf(child, [...path, step])),
];

export const partAt = (value: Json, path: Path): Json | undefined =>
  path.reduce<Json | undefined>(
    (node, step) => (node === null ? undefined : (node as Record<string, Json>)[step]),
    value,
  );

/** The same with another part there; undefined leaves it out. */
export function withPart(value: Json, path: Path, part: Json | undefined): Json {
  const [step, ...rest] = path;
  if (step === undefined) return part ?? null;
  const entries = childrenOf(value).flatMap(([key, child]): [string | number, Json][] => {
    if (key !== step) return [[key, child]];
    if (rest.length > 0) return [[key, withPart(child, rest, part)]];
    return part === undefined ? [] : [[key, part]];
  });
  return Array.isArray(value) ? entries.map(([, child]) => child) : Object.fromEntries(entries);
}

const childrenOf = (value: Json): [string | number, Json][] => {
  if (Array.isArray(value)) return [...value.entries()];
  return value === null || typeof value !== 'object' ? [] : Object.entries(value);
};

function applyChange(shape: Json, { kind, at, other, value }: Change): Json {
  const paths = partsOf(shape);
  const path = paths[at % paths.length]!;
  const part = partAt(shape, path) ?? null;
  const above = path.slice(0, -1);
  const beside = partAt(shape, above) ?? null;
  switch (kind) {
    case 'drop':
      return withPart(shape, path, undefined);
    case 'swap':
      return withPart(shape, path, partAt(shape, paths[other % paths.length]!) ?? null);
    case 'copy':
      return Array.isArray(beside) ? withPart(shape, above, [...beside, part]) : shape;
    case 'rename':
      return typeof beside === 'object' && beside !== null && !Array.isArray(beside)
        ? withPart(shape, above, renamed(beside, String(path.at(-1)), other))
        : shape;
    case 'wrap':
      return withPart(shape, path, other % 2 === 0 ? [part] : { value: part });
    case 'flip':
      return withPart(shape, path, typeof part === 'string' ? Number(part) : asText(part).slice(0, 50));
    case 'many':
      return withPart(
        shape,
        path,
        Array.from({ length: 2 + (other % 300) }, () => part),
      );
    default:
      return withPart(shape, path, value);
  }
}

const NAMES = ['__proto__', 'constructor', 'TICKER', ' ticker', ''];

const renamed = (object: Record<string, Json>, from: string, other: number): Json =>
  Object.fromEntries(
    Object.entries(object).map(([key, value]) => [key === from ? NAMES[other % NAMES.length]! : key, value]),
  );

const edit = fc.record({
  kind: fc.constantFrom('value', 'delete', 'insert', 'copy', 'splice', 'cut', 'join'),
  line: fc.nat(),
  at: fc.nat(),
  text: fc.oneof(
    fc.constantFrom(...NASTY.filter((value) => typeof value === 'string')),
    fc.constantFrom(
      '"',
      '""',
      '"a\n',
      ',',
      ',,,,',
      ':',
      '- ',
      '&a',
      '*a',
      '<<: *a',
      '!!map',
      '\t',
      '[',
      '{',
      '|',
    ),
    fc.string({ unit: 'binary', maxLength: 10 }),
  ),
});

/** A text of lines with up to four changes; `between` parts the cells of a line. */
export const spoiledText = (text: string, between: string): fc.Arbitrary<string> =>
  fc.array(edit, { minLength: 1, maxLength: 4 }).map((edits) =>
    edits.reduce((before, { kind, line, at, text: junk }) => {
      const lines = before.split('\n');
      const index = line % lines.length;
      const old = lines[index]!;
      const cells = old.split(between);
      if (kind === 'value') lines[index] = cells.with(at % cells.length, junk).join(between);
      else if (kind === 'delete') lines.splice(index, 1);
      else if (kind === 'insert') lines.splice(index, 0, junk);
      else if (kind === 'copy') lines.splice(at % lines.length, 0, old);
      else if (kind === 'splice')
        lines[index] = old.slice(0, at % (old.length + 1)) + junk + old.slice(at % (old.length + 1));
      else if (kind === 'cut') return before.slice(0, at % (before.length + 1));
      else lines[index] = old + junk + (lines[index + 1] ?? '');
      return lines.join('\n');
    }, text),
  );
