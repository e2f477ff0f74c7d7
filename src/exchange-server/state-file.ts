import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Progress } from './director.ts';
import type { Scenario } from './scenario.ts';
import { writeWholeFile } from './whole-file.ts';

const FORMAT = 'postern practice exchange';
const VERSION = 1;

/** Everything that a restart goes on from. */
export interface SavedState {
  scenario: Scenario;
  /** PEM; that of the private key beside the file. */
  publicKey: string;
  progress: Progress;
  /** The streams that were open: nobody is at their other end any more. */
  connections: number[];
  /** As the exchange's core made it. */
  exchange: unknown;
}

/** What is in the data folder cannot be gone on from. */
export class StateError extends Error {
  override name = 'StateError';
}

const headSchema = z.object({ format: z.literal(FORMAT), version: z.int() });
const stateSchema = z.object({
  scenario: z.looseObject({ name: z.string(), stepMs: z.number(), markets: z.array(z.unknown()) }),
  publicKey: z.string(),
  progress: z.object({ openedAt: z.number(), doneMs: z.number() }),
  connections: z.array(z.int()),
  exchange: z.looseObject({}),
});

/** Writes the state; back when the disk has it. Throws a StateError when it can't be written. */
export function writeState(file: string, state: SavedState): void {
  try {
    writeWholeFile(file, JSON.stringify({ format: FORMAT, version: VERSION, ...state }));
  } catch (error) {
    throw new StateError(`${file} can't be written (${(error as NodeJS.ErrnoException).code})`);
  }
}

/** The state as it was last written; null when there is none. Throws a StateError when it is torn or foreign. */
export function readState(file: string): SavedState | null {
  let written: string;
  try {
    written = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    throw new StateError(`${file} can't be read (${code})`);
  }
  const parsed = parseJson(file, written);
  const head = headSchema.safeParse(parsed);
  if (!head.success) throw new StateError(`${file} is not a practice exchange's state: ${ANEW}`);
  if (head.data.version !== VERSION)
    throw new StateError(
      `${file} has version ${head.data.version} of the format and this program writes ${VERSION}: ${ANEW}`,
    );
  const state = stateSchema.safeParse(parsed);
  if (!state.success) {
    const path = state.error.issues[0]!.path.join('.');
    throw new StateError(`${file} is damaged at ${path}: ${ANEW}`);
  }
  return state.data as unknown as SavedState;
}

function parseJson(file: string, written: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    throw new StateError(
      `${file} is torn: it ends early or is no JSON (${written.length} characters): ${ANEW}`,
    );
  }
}

export const ANEW = 'name another folder with --data-dir, or delete this one to begin anew';
