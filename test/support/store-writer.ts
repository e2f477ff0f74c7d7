/**
 * A child process to kill: opens the store of a data folder and says `stored N`, the number of commits it finds, after
 * checking that each is whole; then commits for ever and says `acked N` after each.
 */
import { openStore } from '../../src/services/store/open-store.ts';
import { aPosition } from './domain-builders.ts';
import { aDecision, storing } from './store-records.ts';

const say = (text: string) => process.stdout.write(`${text}\n`);

const { store } = await openStore({ dataDir: process.argv[2]!, migrate: true });
const lease = await store.acquireLease(`writer ${process.pid}`, 1);
if (!('epoch' in lease)) throw new Error(`the lease is ${lease.owner}'s`);

const numbers = (await store.decisions({ limit: 1_000_000 })).map(
  (decision) => decision.data.number as number,
);
if (numbers.some((number, i) => number !== i + 1)) throw new Error(`commits are missing: ${numbers}`);
const position = await store.position('pos-1');
if ((position?.position.mark ?? 0) !== numbers.length) throw new Error('half of a commit is missing');
say(`stored ${numbers.length}`);

for (let number = numbers.length + 1; ; number++) {
  await store.commit(lease.epoch, [
    storing(aPosition({ mark: number })),
    { kind: 'decision', decision: aDecision({ data: { number } }) },
  ]);
  say(`acked ${number}`);
}
