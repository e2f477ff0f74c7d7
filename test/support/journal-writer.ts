/**
 * A child process to kill: opens the journal file of a data folder and says `stored N`, the number of batches it finds,
 * after checking that none is missing; then appends for ever and says `acked N` after each.
 */
import { createSystemClock } from '../../src/services/clock.ts';
import { JournalFile } from '../../src/services/journal/journal-file.ts';
import { aPosition } from './domain-builders.ts';
import { aDecision, storing } from './store-records.ts';

const say = (text: string) => process.stdout.write(`${text}\n`);

const journal = new JournalFile({ dataDir: process.argv[2]!, clock: createSystemClock() });
const { batches } = await journal.read();
const numbers = batches.map(({ stamp }) => stamp.sequence);
if (numbers.some((number, i) => number !== i + 1)) throw new Error(`batches are missing: ${numbers}`);
say(`stored ${numbers.length}`);

for (let number = numbers.length + 1; ; number++) {
  const writes = [storing(aPosition({ mark: number })), { kind: 'decision', decision: aDecision() } as const];
  await journal.append({ stamp: { epoch: 1, sequence: number }, writes });
  say(`acked ${number}`);
}
