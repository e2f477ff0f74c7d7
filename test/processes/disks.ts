/** Disks that can be full. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ordersOf } from './outages.ts';
import { type Life, lastWords, type Stage } from './stage.ts';
import { pause, until } from './until.ts';

export interface Disk {
  /** For the environment of the daemon that uses it. */
  env: Record<string, string>;
  fill(): void;
  /** There is room again. */
  free(): void;
}

/** A full disk as a preloaded module plays it: files below the daemon's data folder can't grow. */
export function injectedDisk(folder: string): Disk {
  const marker = join(folder, 'full');
  return {
    env: {
      NODE_OPTIONS: `--import ${new URL('./full-disk.js', import.meta.url)}`,
      POSTERN_TEST_FULL: marker,
    },
    fill: () => writeFileSync(marker, ''),
    free: () => rmSync(marker, { force: true }),
  };
}

export interface Mounted extends Disk {
  unmount(): void;
}

/** A small file system of its own at `place`; or why it can't be had here. */
export function mountedDisk(place: string, megabytes: number): Mounted | { refused: string } {
  mkdirSync(place, { recursive: true });
  const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'postern-test', place], {
    encoding: 'utf8',
  });
  if (mount.status !== 0) return { refused: (mount.error?.message ?? mount.stderr).trim() };
  const ballast = join(place, 'ballast');
  return {
    env: {},
    fill() {
      const { bavail, bsize } = statfsSync(place);
      writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - LAST_BYTES)));
      fillUp(ballast);
    },
    free: () => rmSync(ballast, { force: true }),
    unmount: () => void spawnSync('umount', ['--lazy', place]),
  };
}

const LAST_BYTES = 1 << 20;

/** Until not one more page fits. */
function fillUp(file: string): void {
  try {
    for (;;) writeFileSync(file, Buffer.alloc(4_096), { flag: 'a' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}

const WITHIN_MS = 60_000;

export interface FullDisk {
  /** The daemon that has room again: itself, or one that was started after it. */
  life: Life;
  /** Whether it ended by itself meanwhile, and its last words. */
  ended: { end: number | NodeJS.Signals; words: string } | null;
  /** Orders that went out while nothing could be written. */
  orders: number;
}

/** The disk is full while exits work, for `fullMs` at least, and until the daemon has said so. */
export async function playFullDisk(stage: Stage, disk: Disk, fullMs: number): Promise<FullDisk> {
  const life = stage.start({ env: disk.env });
  await life.ready;
  await stage.orderUnderWay();
  disk.fill();
  await until('the daemon says that it can write nothing', WITHIN_MS, () =>
    /"alert":"journal_unwritable"|"level":"fatal"/.test(life.log()),
  );
  const saidAt = Date.now();
  await Promise.race([pause(fullMs), life.exited]);
  const orders = (await ordersOf(stage)).filter((at) => at > saidAt + REPEATS_MS).length;
  disk.free();
  const recovers = until('everything is written again', WITHIN_MS, () =>
    life.log().includes('resolved: journal_unwritable'),
  );
  const end = await Promise.race([life.exited, recovers.then(() => null)]);
  if (end === null) {
    await life.ask('/breakers/database/reset', { reason: 'there is room again' });
    return { life, ended: null, orders };
  }
  recovers.catch(() => {});
  if (end !== 1) stage.differences.push(`the daemon ended with ${end}: ${lastWords(life)}`);
  const next = await stage.keepStarting(() => stage.start({ env: disk.env }));
  await next.ask('/breakers/database/reset', { reason: 'there is room again' });
  return { life: next, ended: { end, words: lastWords(life) }, orders };
}

/** An order that was durable before is still sent, and sent again while its outcome is unknown. */
const REPEATS_MS = 3_000;
