import { readFileSync } from 'node:fs';
import { transform } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { mutate } from './mutant.ts';
import { MUTANTS, mutantOf } from './mutants.ts';

const read = (file: string): string => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');

describe('deliberate bugs', () => {
  it('are at least 15, each with a name of its own', () => {
    const names = MUTANTS.map(({ name }) => name);
    expect(names.length).toBeGreaterThanOrEqual(15);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(MUTANTS.map((mutant) => ({ ...mutant, mutant })))(
    '$name: its text is there once, and what replaces it is TypeScript',
    async ({ mutant }) => {
      for (const file of new Set(mutant.edits.map((edit) => edit.file))) {
        const source = read(file);
        const mutated = mutate(mutant, file, source);
        expect(mutated).not.toBe(source);
        await expect(transform(mutated, { loader: 'ts' })).resolves.toBeDefined();
      }
    },
  );

  it('says so when a text is gone, or there twice', () => {
    const mutant = { name: 'm', what: '', edits: [{ file: 'a.ts', find: 'x = 1', replace: 'x = 2' }] };
    expect(() => mutate(mutant, 'a.ts', 'y = 1')).toThrow('m: a.ts has 0 times instead of once: x = 1');
    expect(() => mutate(mutant, 'a.ts', 'x = 1; x = 1')).toThrow('2 times');
    expect(mutate(mutant, 'b.ts', 'y = 1')).toBe('y = 1');
    expect(mutate(mutant, 'a.ts', 'x = 1;')).toBe('x = 2;');
    expect(() => mutantOf('none')).toThrow('there is no mutant none');
  });
});
