import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const SRC = resolve(dirname(fileURLToPath(import.meta.url)), '../../src');

/** What each room may import from: itself and those before it (DESIGN, "The house"). */
const HOUSE = ['domain', 'machines', 'actors', 'services', 'compose', 'lives', 'cli'];
/** The practice exchange stands beside the house: it shares no more with it than exact numbers. */
const BESIDE = ['domain', 'exchange', 'exchange-server', 'exchange-program'];

const LIVES = new Set(['daemon', 'daemon.ts', 'replay.ts', 'simulate.ts']);

function roomOf(path: string): string {
  const [first = ''] = path.split('/');
  if (LIVES.has(first)) return 'lives';
  if (first === 'compose.ts') return 'compose';
  if (first === 'exchange.ts') return 'exchange-program';
  return first === 'cli.ts' ? 'cli' : first;
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .sort();

const importsOf = (file: string): string[] =>
  [...readFileSync(join(SRC, file), 'utf8').matchAll(/(?:from|import)\s+'([^']+)'/g)].map(
    (match) => match[1]!,
  );

describe('imports point one way', () => {
  test.each(files)('%s', (file) => {
    const rooms = [HOUSE, BESIDE].find((known) => known.includes(roomOf(file)));
    expect(rooms, `${file} is in no known room`).toBeDefined();
    const allowed = rooms!.slice(0, rooms!.indexOf(roomOf(file)) + 1);
    const wrong = importsOf(file)
      .filter((name) => name.startsWith('.'))
      .map((name) => relative(SRC, resolve(dirname(join(SRC, file)), name)))
      .filter((target) => !allowed.includes(roomOf(target)));
    expect(wrong).toEqual([]);
  });
});

describe('the inner rooms stay pure', () => {
  test.each(files.filter((file) => roomOf(file) === 'domain'))(
    '%s knows no library but decimal.js',
    (file) => {
      expect(importsOf(file).filter((name) => !name.startsWith('.') && name !== 'decimal.js')).toEqual([]);
    },
  );

  test.each(files.filter((file) => roomOf(file) === 'machines'))('%s knows no library but xstate', (file) => {
    expect(importsOf(file).filter((name) => !name.startsWith('.') && name !== 'xstate')).toEqual([]);
  });

  test.each(files.filter((file) => ['domain', 'machines', 'actors', 'exchange'].includes(roomOf(file))))(
    '%s reads no clock and makes no randomness',
    (file) => {
      const text = readFileSync(join(SRC, file), 'utf8');
      expect(
        text.match(
          /Date\.now|new Date\(\)|performance\.now|Math\.random|randomUUID|(?<![.\w])setTimeout\((?!fn: )/g,
        ),
      ).toBeNull();
    },
  );
});
