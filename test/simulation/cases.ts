import type { Outcome } from './simulation.ts';

/** One run of a simulation, named so that it can be run alone: `CASE='<label>' npx vitest run test/simulation`. */
export interface Case {
  label: string;
  run: () => Promise<Outcome>;
}

const MOST_REPORTED = 5;
const LAST_LINES = 60;

/** True when one case was asked for: what counts cases has nothing to say then. */
export const isAlone = process.env.CASE !== undefined;

/** Runs every case, or the one asked for, and returns what failed with the end of its trace. */
export async function runCases(cases: Iterable<Case>): Promise<string[]> {
  const wanted = process.env.CASE;
  const failed: string[] = [];
  for (const { label, run } of cases) {
    if (wanted !== undefined && label !== wanted) continue;
    const { violation, trace } = await run();
    if (wanted !== undefined) say(trace.join('\n'));
    if (violation !== null && failed.length < MOST_REPORTED)
      failed.push(`${violation}\n  CASE='${label}'\n${trace.slice(-LAST_LINES).join('\n')}`);
  }
  return failed;
}

export const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
