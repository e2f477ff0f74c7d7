import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ConfigError } from '../../../src/services/config/config-error.ts';
import { DEFAULT_TEXT, readOver } from './read-problems.ts';

const NASTY = [
  '',
  '{}',
  '[]',
  '[{}]',
  '- x',
  '&a',
  '*a',
  '<<: x',
  '-1',
  '0',
  '1e9',
  '.nan',
  '~',
  '!!map',
  '"',
  ': ',
  '\t',
  '\0',
  '__proto__: {}',
  'constructor',
  'edge_reversal',
  '|\n',
  '---\n',
  '😀',
];

const lines = DEFAULT_TEXT.split('\n');
const position = fc.nat({ max: lines.length - 1 });
const junk = fc.oneof(fc.constantFrom(...NASTY), fc.string({ maxLength: 12 }));

/** One change to the text: of a value, of a line, of its place, or of any few characters. */
const mutation = fc.oneof(
  fc.record({ kind: fc.constant('value' as const), line: position, text: junk }),
  fc.record({ kind: fc.constant('delete' as const), line: position, text: fc.constant('') }),
  fc.record({ kind: fc.constant('insert' as const), line: position, text: junk }),
  fc.record({
    kind: fc.constant('indent' as const),
    line: position,
    text: fc.constantFrom(' ', '  ', '    '),
  }),
  fc.record({ kind: fc.constant('copy' as const), line: position, text: fc.constant('') }),
  fc.record({ kind: fc.constant('splice' as const), line: position, text: junk }),
);

function mutate(
  text: string,
  { kind, line, text: junk }: { kind: string; line: number; text: string },
): string {
  const all = text.split('\n');
  const at = line % all.length;
  const old = all[at] ?? '';
  if (kind === 'delete') all.splice(at, 1);
  else if (kind === 'copy') all.splice(at, 0, old);
  else if (kind === 'insert') all.splice(at, 0, junk);
  else if (kind === 'indent') all[at] = junk + old;
  else if (kind === 'value') all[at] = old.replace(/: .*$/, `: ${junk}`);
  else all[at] = old.slice(0, old.length >> 1) + junk + old.slice(old.length >> 1);
  return all.join('\n');
}

test('whatever happens to the file, it loads or a ConfigError says where and why', () => {
  let refused = 0;
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
      try {
        readOver(mutations.reduce(mutate, DEFAULT_TEXT));
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        refused++;
        expect(error.problems.length).toBeGreaterThan(0);
        for (const { file, message } of error.problems) {
          expect(file).toBe('my.yaml');
          expect(message).not.toMatch(/\[object|undefined|NaN|Invalid input/);
        }
      }
    }),
    { numRuns: 300 },
  );
  expect(refused).toBeGreaterThan(50);
});

const json = fc.jsonValue({ maxDepth: 3 });

test('whatever stands in place of a block, it loads or a ConfigError says why', () => {
  const blocks = [...DEFAULT_TEXT.matchAll(/^([a-z_]+):/gm)].map((match) => match[1]!);
  fc.assert(
    fc.property(fc.constantFrom(...blocks), json, (block, value) => {
      try {
        readOver(JSON.stringify({ [block]: value }));
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
      }
    }),
    { numRuns: 200 },
  );
});
