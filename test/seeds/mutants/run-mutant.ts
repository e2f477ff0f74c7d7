import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What became of one mutant. */
export interface Verdict {
  kind: 'caught' | 'survived' | 'broken';
  /** Seeds played until then. */
  seeds: number;
  seed: number | null;
  /** What the simulation said of that seed, or why it ended otherwise. */
  word: string;
  seconds: number;
}

interface Answer {
  seeds: number;
  failed: { seed: number; violation: string } | null;
}

const SEEDS = new URL('../', import.meta.url);
const PATIENCE_MS = 60 * 60_000;

/** Plays seeds with the mutant in the program, until one fails; it has to be the simulation's own word. */
export async function runMutant(name: string, from: number, seeds: number): Promise<Verdict> {
  const startedAt = performance.now();
  const { code, lines, errors } = await run(name, ['--from', String(from), '--seeds', String(seeds)]);
  const seconds = (performance.now() - startedAt) / 1000;
  const answer = readAnswer(lines.at(-1) ?? '');
  if (answer === null || code !== (answer.failed ? 1 : 0)) {
    const word = errors.trim().split('\n').slice(-4).join(' ') || `exit code ${code}`;
    return { kind: 'broken', seeds: answer?.seeds ?? 0, seed: null, word, seconds };
  }
  const { failed } = answer;
  if (failed === null) return { kind: 'survived', seeds: answer.seeds, seed: null, word: '', seconds };
  return { kind: 'caught', seeds: answer.seeds, seed: failed.seed, word: failed.violation, seconds };
}

function run(
  name: string,
  args: string[],
): Promise<{ code: number | null; lines: string[]; errors: string }> {
  const imports = ['tsx', './mutants/loader.ts'].flatMap((module) => [
    '--import',
    module === 'tsx' ? import.meta.resolve('tsx') : new URL(module, SEEDS).href,
  ]);
  const main = process.env.SIMULATION ?? fileURLToPath(new URL('main.ts', SEEDS));
  const child = spawn(process.execPath, [...imports, main, ...args, '--workers', '1', '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, MUTANT: name ?? '', INSTRUMENT: 'domain' },
    timeout: PATIENCE_MS,
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  return new Promise((resolve) =>
    child.once('close', (code) => resolve({ code, lines: output.trim().split('\n'), errors })),
  );
}

function readAnswer(line: string): Answer | null {
  try {
    return JSON.parse(line) as Answer;
  } catch {
    return null;
  }
}
