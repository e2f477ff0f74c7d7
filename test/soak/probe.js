/**
 * Loaded into the daemon by `node --import`, in each of its threads: on SIGUSR2 it collects garbage and adds a line with
 * what the thread holds to the file SOAK_READINGS, and a snapshot of the heap to the folder SOAK_SNAPSHOTS, if there is one.
 */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString, writeHeapSnapshot } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BroadcastChannel, isMainThread } from 'node:worker_threads';

const { SOAK_READINGS: file, SOAK_SNAPSHOTS: folder } = process.env;
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');
const thread = isMainThread ? 'main' : 'database';
const threads = new BroadcastChannel('soak');
threads.unref();

async function read(number) {
  const { rss, heapUsed: heapBefore } = process.memoryUsage();
  collectGarbage();
  // What finalizers let go of is collected by the next round.
  await setTimeout(50, undefined, { ref: false });
  collectGarbage();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  const resources = {};
  for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1;
  const line = { number, thread, rss, heapBefore, heapUsed, external, arrayBuffers, resources };
  appendFileSync(file, `${JSON.stringify(line)}\n`);
  if (folder) writeHeapSnapshot(join(folder, `${thread}-${number}.heapsnapshot`));
}

if (isMainThread) {
  let number = 0;
  process.on('SIGUSR2', () => {
    number += 1;
    threads.postMessage(number);
    void read(number);
  });
} else threads.onmessage = ({ data }) => void read(data);
