/** Plays many seeds in processes side by side; each is told of as soon as it is over. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FromWorker } from './worker.ts';

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));
/** An hour leaves much garbage and keeps little: with more room for what is young, a fifth less time goes into it. */
const OPTIONS = [...process.execArgv, '--max-semi-space-size=64'];

export interface PoolOptions {
  seeds: Iterable<number>;
  workers: number;
  /** True: no more are begun. */
  played: (one: FromWorker) => boolean;
}

/** Resolves once all seeds were played, or `played` had enough. Rejects when a worker ends by itself. */
export async function playAll({ seeds, workers, played }: PoolOptions): Promise<void> {
  const left = seeds[Symbol.iterator]();
  let isEnough = false;
  const children: ChildProcess[] = [];
  const work = (child: ChildProcess): Promise<void> =>
    new Promise((resolve, reject) => {
      const next = (): void => {
        const seed = isEnough ? ({ done: true } as const) : left.next();
        if (seed.done) resolve();
        else child.send(seed.value);
      };
      child.on('message', (message) => {
        if (!isEnough) isEnough = played(message as FromWorker);
        next();
      });
      child.once('exit', (code, signal) => reject(new Error(`a worker ended with ${signal ?? code}`)));
      next();
    });
  try {
    await Promise.all(
      Array.from({ length: workers }, () => {
        const child = fork(WORKER, { execArgv: OPTIONS });
        children.push(child);
        return work(child);
      }),
    );
  } finally {
    for (const child of children) child.removeAllListeners('exit').kill();
  }
}
