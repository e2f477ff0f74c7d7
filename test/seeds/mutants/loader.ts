/**
 * `node --import tsx --import ./test/seeds/mutants/loader.ts …`: with MUTANT=name the program is loaded with that bug, with
 * INSTRUMENT=domain with probes in its domain code. After tsx: what is changed here is already JavaScript there.
 */
import { register } from 'node:module';
import type { LoaderData } from './loader-hooks.ts';
import { mutantOf } from './mutants.ts';

const { MUTANT, INSTRUMENT } = process.env;
if (INSTRUMENT && INSTRUMENT !== 'domain') throw new Error(`INSTRUMENT is "${INSTRUMENT}", not "domain"`);

if (MUTANT || INSTRUMENT) {
  const loaded = new Int32Array(new SharedArrayBuffer(4));
  const data: LoaderData = { mutant: MUTANT || null, hasProbes: INSTRUMENT === 'domain', loaded };
  register<LoaderData>('./loader-hooks.ts', import.meta.url, { data });
  if (MUTANT) {
    const files = new Set(mutantOf(MUTANT).edits.map(({ file }) => file));
    process.once('exit', () => {
      const missed = files.size - Atomics.load(loaded, 0);
      if (missed === 0) return;
      process.stderr.write(`${MUTANT}: ${missed} of its ${files.size} files were never loaded\n`);
      process.exitCode = 3;
    });
  }
}
