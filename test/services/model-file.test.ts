import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { VirtualClock } from '../../src/services/clock.ts';
import type { Log } from '../../src/services/log/log.ts';
import { ModelFile } from '../../src/services/model/model-file.ts';
import type { ModelAnswer, ModelWord } from '../../src/services/operations/account-operations.ts';
import { NOON, SECOND } from '../support/domain-builders.ts';

let folder: string;
let file: string;
let clock: VirtualClock;
let model: ModelFile;
const taken: ModelWord[] = [];
const said: string[] = [];
const journaled: { summary: string; data: Record<string, unknown> }[] = [];
/** What becomes of a value: null takes it. */
let judge: (word: ModelWord) => { reason: 'too_old' | 'late'; text: string } | null = () => null;
let outage = false;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-model-'));
  file = join(folder, 'model.jsonl');
  clock = new VirtualClock(NOON);
  for (const list of [taken, said, journaled]) list.length = 0;
  judge = () => null;
  outage = false;
  const note = (...args: unknown[]) => void said.push(String(args.at(-1)).replaceAll(folder, ''));
  model = new ModelFile({
    file,
    clock,
    log: { info: note, warn: note } as unknown as Log,
    say: async (words) => {
      if (outage) throw new Error('nobody answers');
      const answer: ModelAnswer = { accepted: [], refused: [] };
      for (const [index, word] of words.entries()) {
        const refusal = judge(word);
        if (refusal) answer.refused.push({ index, ...refusal });
        else {
          taken.push(word);
          answer.accepted.push({ index, market: word.market });
        }
      }
      return answer;
    },
    journal: (summary, data) => journaled.push({ summary: summary.replaceAll(folder, ''), data }),
  });
});
afterEach(async () => {
  await model.stop();
  rmSync(folder, { recursive: true, force: true });
});

const line = (market: string, probability: unknown = 0.5): string =>
  `${JSON.stringify({ market, side: 'yes', probability })}\n`;
const markets = (): string[] => taken.map(({ market }) => market);

test('what is added is handed on, in its order, once', async () => {
  writeFileSync(file, line('A') + line('B'));
  await model.look();
  expect(markets()).toEqual(['A', 'B']);
  appendFileSync(file, line('C'));
  await model.look();
  await model.look();
  expect(markets()).toEqual(['A', 'B', 'C']);
  expect(taken[0]).toMatchObject({ probability: 500_000, at: null, source: 'model.jsonl' });
});

test('a line waits for its newline', async () => {
  const text = line('A');
  writeFileSync(file, text.slice(0, 10));
  await model.look();
  appendFileSync(file, text.slice(10, 20));
  await model.look();
  expect(markets()).toEqual([]);
  appendFileSync(file, text.slice(20));
  await model.look();
  expect(markets()).toEqual(['A']);
});

test('a letter of several bytes may come in two pieces', async () => {
  const bytes = Buffer.from(`{"market": "A", "side": "yes", "probability": "0.5", "source": "é"}\n`);
  const cut = bytes.indexOf(0xc3) + 1;
  writeFileSync(file, bytes.subarray(0, cut));
  await model.look();
  appendFileSync(file, bytes.subarray(cut));
  await model.look();
  expect(taken).toMatchObject([{ source: 'é' }]);
});

test('a file that is not there is waited for', async () => {
  await model.look();
  expect(said).toEqual([]);
  writeFileSync(file, line('A'));
  await model.look();
  expect(markets()).toEqual(['A']);
});

test('one that is cut begins anew, and so does one that is replaced', async () => {
  writeFileSync(file, line('A') + line('B'));
  await model.look();
  truncateSync(file);
  appendFileSync(file, line('C'));
  await model.look();
  writeFileSync(`${file}.new`, line('D') + line('E') + line('F'));
  renameSync(`${file}.new`, file);
  await model.look();
  expect(markets()).toEqual(['A', 'B', 'C', 'D', 'E', 'F']);
});

test('a bad line is named with its place, and journaled; the others count', async () => {
  await model.look();
  writeFileSync(file, `${line('A')}\nnot json\n${line('B', 'x')}${line('C')}`);
  await model.look();
  expect(markets()).toEqual(['A', 'C']);
  expect(said).toEqual([
    expect.stringMatching(/^\/model\.jsonl:3: is not JSON: /),
    expect.stringMatching(/^\/model\.jsonl:4: probability: "x" is not allowed: must be a fraction/),
  ]);
  expect(journaled.map(({ data }) => data)).toEqual([
    { file, line: 3, reason: 'invalid' },
    { file, line: 4, reason: 'invalid' },
  ]);
});

test('what was there at the start and is too old is counted, not told', async () => {
  judge = ({ market }) => (market === 'A' ? { reason: 'too_old', text: 'is 700000 ms old' } : null);
  writeFileSync(file, line('A') + line('A') + line('B'));
  await model.look();
  expect([markets(), said, journaled]).toEqual([
    ['B'],
    ['/model.jsonl: left out 2 lines that were known or too old'],
    [],
  ]);
  appendFileSync(file, line('A'));
  await model.look();
  expect(journaled).toEqual([
    { summary: '/model.jsonl:4: is 700000 ms old', data: { file, line: 4, reason: 'too_old' } },
  ]);
});

test('of many bad lines twenty a minute are told, and the rest is counted', async () => {
  await model.look();
  writeFileSync(file, 'bad\n'.repeat(30));
  await model.look();
  expect([said.length, journaled.length]).toEqual([20, 20]);
  clock.jump(61 * SECOND);
  appendFileSync(file, 'bad\n');
  await model.look();
  expect(said.slice(20)).toEqual([
    '/model.jsonl: 10 more lines were refused',
    expect.stringMatching(/^\/model\.jsonl:31: /),
  ]);
});

test('a line that never ends is not kept', async () => {
  await model.look();
  writeFileSync(file, 'x'.repeat(200_000));
  await model.look();
  appendFileSync(file, `\n${line('A')}`);
  await model.look();
  expect(said).toEqual(['/model.jsonl:1: is longer than 65536 bytes']);
  expect(markets()).toEqual(['A']);
});

test('more lines than one request takes go in several', async () => {
  writeFileSync(file, Array.from({ length: 2_500 }, (_, i) => line(`M-${i}`)).join(''));
  await model.look();
  expect(taken).toHaveLength(2_500);
});

test('what nobody answered is handed on again', async () => {
  outage = true;
  writeFileSync(file, line('A'));
  await model.look();
  expect([markets(), said]).toEqual([[], ['/model.jsonl: nobody answers; tried again']]);
  outage = false;
  await model.look();
  expect(markets()).toEqual(['A']);
});

test('it looks every second, and no more once it is stopped', async () => {
  model.start();
  await model.look();
  writeFileSync(file, line('A'));
  clock.jump(1 * SECOND);
  clock.fireNext(clock.now());
  await model.look();
  expect(markets()).toEqual(['A']);
  await model.stop();
  expect(clock.nextDeadline()).toBeNull();
  appendFileSync(file, line('B'));
  await model.look();
  expect(markets()).toEqual(['A']);
});
