/** Runs in the thread of Node's module hooks: hands out files of the program changed. */
import { readFile } from 'node:fs/promises';
import type { InitializeHook, LoadHook } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';
import { probeDomainFile } from '../instrument/domain.ts';
import { type Mutant, mutate } from './mutant.ts';
import { mutantOf } from './mutants.ts';

/** What the program's thread says, and how it hears how many of the mutant's files were loaded. */
export interface LoaderData {
  mutant: string | null;
  hasProbes: boolean;
  loaded: Int32Array;
}

const ROOT = new URL('../../../', import.meta.url).href;

let mutant: Mutant | null = null;
let hasProbes = false;
let loaded: Int32Array = new Int32Array(1);

export const initialize: InitializeHook<LoaderData> = (data) => {
  mutant = data.mutant === null ? null : mutantOf(data.mutant);
  ({ hasProbes, loaded } = data);
};

export const load: LoadHook = async (url, context, nextLoad) => {
  if (!url.startsWith(`${ROOT}src/`)) return nextLoad(url, context);
  const file = url.slice(ROOT.length);
  const isMutated = mutant?.edits.some((edit) => edit.file === file) === true;
  const isProbed = hasProbes && file.startsWith('src/domain/');
  if (!isMutated && !isProbed) return nextLoad(url, context);
  let source = await readFile(fileURLToPath(url), 'utf8');
  if (mutant && isMutated) {
    source = mutate(mutant, file, source);
    Atomics.add(loaded, 0, 1);
  }
  if (isProbed) source = probeDomainFile(url, source)!;
  const options = {
    loader: 'ts',
    format: 'esm',
    sourcefile: fileURLToPath(url),
    sourcemap: 'inline',
  } as const;
  const { code } = await transform(source, { ...options, sourcesContent: false });
  return { format: 'module', source: code, shortCircuit: true };
};
