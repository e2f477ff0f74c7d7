import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { formatPrice, formatQuantity } from '../../src/domain/money.ts';
import { VirtualClock } from '../../src/services/clock.ts';
import { GrowingFile } from '../../src/services/model/growing-file.ts';
import { ModelFile } from '../../src/services/model/model-file.ts';
import { readModelWord } from '../../src/services/model/model-values.ts';
import type { ModelWord } from '../../src/services/operations/account-operations.ts';
import { PositionsFileError, parsePositions } from '../../src/services/venues/paper/positions-file.ts';
import { parseRecording, RecordingError } from '../../src/services/venues/paper/recording.ts';
import { NOON } from '../support/domain-builders.ts';
import { asText, type Json, NASTY, nasty, spoiled, spoiledText, tries } from './mutations.ts';

const HEADER = 'timestamp,ticker,best_bid_price,best_bid_size,best_ask_price,best_ask_size';
const BOOKS = `${HEADER}
2026-02-08T19:12:49.402671,KXGAME-A,0.35,4394.0,0.38,271702.0
2026-02-08T19:12:49.502671,KXGAME-B,,,0.62,1.5
2026-02-08T19:12:50.102671,KXGAME-A,0.36,10,0.37,0.01
2026-02-08T19:12:50Z,"KXGAME-B",0.61,2,,
`;
const POSITIONS = `- market: KXGAME-A
  side: yes
  quantity: 100.25
  entry_price: 0.3501
  opened_at: 2026-02-08T19:00:00
  method: nfl
  confidence: high
  model_probability: 0.412345
  close_time: 2026-02-08T22:30:00Z
  volume_24h: 120000
- {market: KXGAME-B, side: no, quantity: "3", entry_price: 0.10, settled_at: 2026-02-09T00:00:00+01:00, settlement_value: 0}
`;

/** An error that is an answer, with its message; what was read otherwise. Anything else is thrown. */
function attempt<T>(
  read: () => T,
  answer: new (...args: never[]) => Error,
): { value: T } | { refused: string } {
  try {
    return { value: read() };
  } catch (error) {
    if (!(error instanceof answer)) throw error;
    return { refused: error.message };
  }
}

describe('recorded books', () => {
  const read = (content: string | Buffer) =>
    attempt(() => parseRecording(Buffer.from(content as string), 'b.csv'), RecordingError);

  test('whatever happens to the file, it is read exactly or refused with its line', () => {
    let refused = 0;
    fc.assert(
      fc.property(spoiledText(BOOKS, ','), (text) => {
        const outcome = read(text);
        if ('refused' in outcome) {
          refused += 1;
          expect(outcome.refused).toMatch(/^b\.csv:\d+: [^\p{Cc}]+$/u);
          expect(outcome.refused.length).toBeLessThan(1_000);
          return;
        }
        for (const { books } of outcome.value.rows)
          for (const { bids, asks } of books)
            for (const { price, size } of [...bids, ...asks]) {
              expect(price > 0 && price < 10_000 && Number.isSafeInteger(price)).toBe(true);
              expect(size > 0 && Number.isSafeInteger(size)).toBe(true);
            }
      }),
      tries(200),
    );
    expect(refused).toBeGreaterThan(50);
  });

  test('bytes that are no text', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(read(Buffer.concat([Buffer.from(`${HEADER}\n`), bytes]))).toHaveProperty('refused');
      }),
      tries(200),
    );
  });

  test.each([
    ['one endless line', 'x'.repeat(10_000_000)],
    ['one endless cell', `${HEADER}\n${'9'.repeat(10_000_000)},A,,,,`],
    ['an endless number', `${HEADER}\n2026-02-08T19:12:50Z,A,0.${'1'.repeat(10_000_000)},1,,`],
    ['an endless name', `${HEADER}\n2026-02-08T19:12:50Z,${'A'.repeat(10_000_000)},,,,`],
    ['endless quotes', `${HEADER}\n${'"'.repeat(2_000_001)}`],
    ['endless cells', `${HEADER}\n${','.repeat(2_000_000)}`],
  ])('%s is refused in a few words', (_, text) => {
    const outcome = read(text);
    expect(outcome).toHaveProperty('refused');
    expect((outcome as { refused: string }).refused.length).toBeLessThan(1_000);
  });
});

describe('a positions file', () => {
  const read = (text: string) => attempt(() => parsePositions(text, 'p.yaml'), PositionsFileError);

  test('whatever happens to it, it is read exactly or refused by naming line and field', () => {
    let refused = 0;
    fc.assert(
      fc.property(fc.oneof(spoiledText(POSITIONS, ': '), spoiledText(POSITIONS, ' ')), (text) => {
        const outcome = read(text);
        if ('refused' in outcome) {
          refused += 1;
          expect(outcome.refused).toMatch(
            /^The positions file is not valid, \d+ problems?:\n {2}p\.yaml:\d+/,
          );
          expect(outcome.refused).not.toMatch(/\[object|undefined|NaN is|Invalid input/);
          expect(outcome.refused.length).toBeLessThan(10_000);
          return;
        }
        for (const { entryPrice, quantity, cost } of outcome.value.positions) {
          expect(entryPrice > 0 && entryPrice < 10_000 && quantity > 0).toBe(true);
          expect(cost).toBe(entryPrice * quantity);
        }
      }),
      tries(150),
    );
    expect(refused).toBeGreaterThan(50);
  });

  test('a quantity or a price that is left out is missed, and never a number', () => {
    for (const field of ['market', 'side', 'quantity', 'entry_price']) {
      const lines = POSITIONS.replace(/^(- )?market/, 'market')
        .split('\n')
        .slice(0, 4);
      const rest = lines.map((line) => line.trim()).filter((line) => !line.startsWith(`${field}:`));
      const outcome = read(`- {${rest.join(', ')}}`);
      expect(outcome).toEqual({ refused: expect.stringContaining(`p.yaml:1 [0].${field}: is missing`) });
      for (const text of ['', '~', 'null', '{}', '[]', 'NaN', '1e3', '.5', '0x10', '-1', '0', '"\\u0661"'])
        if (field !== 'market')
          expect(read(`- {${rest.join(', ')}, ${field}: ${text}}`), text).toHaveProperty('refused');
    }
  });

  test('what is written is what is read', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9_999 }),
        fc.integer({ min: 1, max: 1e11 }),
        (entryPrice, quantity) => {
          const text = `- {market: A, side: no, quantity: ${formatQuantity(quantity)}, entry_price: ${formatPrice(entryPrice)}}`;
          expect(read(text)).toMatchObject({ value: { positions: [{ entryPrice, quantity }] } });
        },
      ),
      tries(100),
    );
  });

  test.each([
    ['too long', `- ${'x'.repeat(10_000_000)}`],
    ['nested deeply', `${'['.repeat(50_000)}`],
    ['nested deeply and closed', '['.repeat(20_000) + ']'.repeat(20_000)],
    ['nested deeply by lines', Array.from({ length: 3_000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    ['of many keys', `- {${Array.from({ length: 5_000 }, (_, i) => `k${i}: 1`).join(', ')}}`],
    ['of many wrong entries', '- 1\n'.repeat(20_000)],
    ['of one long key', `- {${'k'.repeat(500_000)}: 1}`],
    ['of aliases that multiply', `- &a [x,x]\n${'- [*a,*a,*a,*a]\n'.repeat(200)}`],
  ])('one %s is refused in a few words', (_, text) => {
    const outcome = read(text);
    expect(outcome).toHaveProperty('refused');
    expect((outcome as { refused: string }).refused.length).toBeLessThan(20_000);
  });
});

describe('what a model says', () => {
  const VALUE: Json = {
    ...{ market: 'KXGAME-A', side: 'yes', probability: '0.62', at: '2026-01-01T12:00:00Z' },
    ...{ confidence: 'high', method: 'nfl', source: 'elo' },
  };

  test('whatever is changed in it, it is read exactly or refused by naming the field', () => {
    fc.assert(
      fc.property(fc.oneof(spoiled(VALUE), nasty), (given) => {
        const read = readModelWord(JSON.parse(asText(given)));
        if (typeof read !== 'string') {
          expect(Number.isSafeInteger(read.probability)).toBe(true);
          return;
        }
        expect(read).toMatch(/^[^\p{Cc}]{1,5000}$/u);
        expect(read).not.toMatch(/\[object|undefined|Invalid input/);
      }),
      tries(200),
    );
  });

  test('a probability that is missing or none is never a number', () => {
    const { probability: _, ...others } = VALUE as Record<string, Json>;
    expect(readModelWord(others)).toMatch(/^probability: is missing/);
    for (const value of [...NASTY, null, [], {}, '', 'NaN', '1e-3', true])
      if (typeof value !== 'number' && !/^-?\d+(\.\d{1,6})?$/.test(asText(value).replaceAll('"', '')))
        expect(readModelWord({ ...others, probability: value }), asText(value).slice(0, 50)).toMatch(
          /^probability: /,
        );
  });

  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'postern-hostile-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const opened = (text: string) => {
    const file = join(folder, 'model.jsonl');
    writeFileSync(file, text);
    const taken: ModelWord[] = [];
    const told: string[] = [];
    const note = (...words: unknown[]) => void told.push(String(words.at(-1)));
    const model = new ModelFile({
      ...{ file, clock: new VirtualClock(NOON), log: { info: note, warn: note } as never },
      say: async (words) => {
        taken.push(...words);
        return { accepted: words.map(({ market }, index) => ({ index, market })), refused: [] };
      },
      journal: () => {},
    });
    return { model, taken, told };
  };

  test('every good line of a spoiled file is taken, and the others are told with their numbers', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.constant(VALUE), spoiled(VALUE), nasty), { maxLength: 10 }),
        async (values) => {
          const lines = values.map((value) => asText(value));
          const { model, taken, told } = opened(`${lines.join('\n')}\n`);
          await model.look();
          await model.stop();
          expect(taken.length + told.length).toBe(lines.length);
          for (const line of told) expect(line).toMatch(/^\S+model\.jsonl:\d+: [^\p{Cc}]{1,5000}$/u);
          expect(taken.length).toBeGreaterThanOrEqual(values.filter((value) => value === VALUE).length);
        },
      ),
      tries(40),
    );
  });

  test('a file of many lines is taken to its end', async () => {
    const { model, taken } = opened(
      `${asText(VALUE)}\n`.repeat(3) + '1\n'.repeat(10_000) + `${asText(VALUE)}\n`,
    );
    await model.look();
    await model.stop();
    expect(taken).toHaveLength(4);
  });

  test('is read in parts, however much there is', async () => {
    const path = join(folder, 'long.jsonl');
    writeFileSync(path, `${'1\n'.repeat(200_000)}${'x'.repeat(5_000_000)}\n2\n`);
    const file = new GrowingFile(path);
    let lines = 0;
    let most = 0;
    for (let part = await file.read(); part?.length; part = await file.read()) {
      lines += part.length;
      most = Math.max(most, part.length);
      if (part.at(-1)!.value === 2)
        expect(part.at(-2)).toMatchObject({
          value: null,
          problem: expect.stringContaining('is longer than'),
        });
    }
    expect(lines).toBe(200_002);
    expect(most).toBeLessThan(50_000);
  });
});
