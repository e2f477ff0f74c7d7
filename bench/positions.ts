import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Notifier, Store } from '../src/actors/ports.ts';
import { composePostern, type Postern } from '../src/compose.ts';
import type { Book } from '../src/domain/market.ts';
import type { Position } from '../src/domain/position.ts';
import { createSystemClock } from '../src/services/clock.ts';
import { createIds } from '../src/services/ids.ts';
import { openStore } from '../src/services/store/open-store.ts';
import { plainMarket, pulledSource } from '../src/services/venues/paper/book-source.ts';
import { feeModel } from '../src/services/venues/paper/fees.ts';
import { MemoryPaperStore } from '../src/services/venues/paper/memory-paper-store.ts';
import { PaperVenue } from '../src/services/venues/paper/paper-venue.ts';
import { startPostgres } from '../test/support/postgres.ts';
import { type Line, milliseconds, times, whole } from './table.ts';
import { config, lot, methods } from './worlds.ts';

const silent: Notifier = {
  alertRaised: () => {},
  alertResolved: () => {},
  storeFailed: () => {},
  storeRecovered: () => {},
  journaled: () => {},
};

interface Figures {
  start: number;
  add: number;
  restart: number;
  move: number;
  exit: number;
  stop: number;
  rss: number;
}

/** What 10,000 positions in 1,000 markets cost on a server database, each next to a tenth of them. */
export async function benchPositions(): Promise<Line[]> {
  const server = await startPostgres({ fsync: true });
  try {
    const small = await measure(await server.createDatabase(), 1_000, 100);
    const large = await measure(await server.createDatabase(), 10_000, 1_000);
    const line = (what: string, key: keyof Figures): Line => ({
      what: `10,000 positions, 1,000 markets: ${what}`,
      value: milliseconds(large[key]),
      ratio: `${times(large[key], small[key])} that of 1,000 positions in 100 markets`,
    });
    return [
      line('start from the store until every monitor runs', 'start'),
      line('add one to the watch', 'add'),
      line('crash one and have it back from its row, back-off 0', 'restart'),
      line('a new price in every market until all have decided', 'move'),
      line('a crash in every market until all have decided and their exits are handed over', 'exit'),
      line('graceful stop', 'stop'),
      {
        what: '10,000 positions, 1,000 markets: resident memory of the whole process',
        value: `${whole(large.rss / 1e6)} MB`,
        ratio: `${times(large.rss, small.rss)} that of 1,000 positions in 100 markets`,
      },
    ];
  } finally {
    await server.stop();
  }
}

async function measure(url: string, positions: number, markets: number): Promise<Figures> {
  const { store, close } = await openStore({
    url,
    dataDir: mkdtempSync(join(tmpdir(), 'postern-bench-')),
    migrate: true,
  });
  const lease = await store.acquireLease('bench', 3_600_000);
  if (!('epoch' in lease)) throw new Error('the lease is taken');
  const names = Array.from({ length: markets }, (_, i) => `MARKET-${i}`);
  await seed(store, lease.epoch, positions, names);

  let world = await start(store, lease.epoch, names, positions);
  const startMs = world.startMs;
  globalThis.gc?.();
  const rss = process.memoryUsage().rss;
  const add = addSome(world.postern, names);
  const restart = await crashOne(world);
  const stopAt = performance.now();
  world.postern.stop();
  await world.postern.ended;
  const stop = performance.now() - stopAt;

  const next = await store.acquireLease('bench', 3_600_000);
  if (!('epoch' in next)) throw new Error('the lease is taken');
  world = await start(store, next.epoch, names, positions);
  const burst = await burstAll(world, names);
  world.postern.stop();
  await world.postern.ended;
  await close();
  return { start: startMs, add, restart, ...burst, stop, rss };
}

async function seed(store: Store, epoch: number, count: number, names: string[]): Promise<void> {
  const at = Date.now();
  await store.commit(
    epoch,
    methods.map((method) => ({ kind: 'method', method })),
  );
  const all: Position[] = Array.from({ length: count }, (_, i) => lot(`b${i}`, names[i % names.length]!, at));
  for (let i = 0; i < all.length; i += 1_000)
    await store.commit(
      epoch,
      all.slice(i, i + 1_000).map((position) => ({ kind: 'position', position, evaluation: null })),
    );
}

interface World {
  postern: Postern;
  venue: PaperVenue;
  crash: (id: string) => void;
  startMs: number;
}

async function start(store: Store, epoch: number, names: string[], count: number): Promise<World> {
  const clock = createSystemClock();
  const venue = await PaperVenue.open({
    source: pulledSource(names.map(plainMarket)),
    store: new MemoryPaperStore(),
    clock,
    fees: feeModel('none'),
    cash: 0,
  });
  let victim: string | null = null;
  const setVictim = (id: string): void => {
    victim = id;
  };
  const from = performance.now();
  const postern = composePostern({
    config: { ...config, supervision: { ...config.supervision, backoffMs: [0] } },
    clock,
    venue,
    store,
    notifier: silent,
    epoch,
    instance: 'bench0',
    mode: 'stream',
    mayTrade: () => true,
    methods,
    positions: await store.openPositions(),
    ids: createIds(),
    openAlerts: [],
    rowWriteMs: null,
    drill: (position) => {
      if (position.id !== victim) return;
      victim = null;
      throw new Error('drill');
    },
  });
  await until(() => postern.watch().running() >= count);
  return { postern, venue, startMs: performance.now() - from, crash: setVictim };
}

const ADDED = 200;

function addSome(postern: Postern, names: string[]): number {
  const files = Array.from({ length: ADDED }, (_, i) => ({
    position: lot(`a${i}`, names[i % names.length]!, Date.now()),
    evaluation: null,
    exits: [],
    attempts: [],
    fills: [],
  }));
  const from = performance.now();
  for (const file of files) postern.post('watch', { type: 'position.adopted', file });
  return (performance.now() - from) / ADDED;
}

async function crashOne({ postern, venue, crash }: World): Promise<number> {
  const before = postern.watch().running();
  crash('b0');
  await venue.advance({ at: Date.now(), books: [bookOf('MARKET-0', 4_900)] });
  const from = performance.now();
  await until(() => postern.watch().running() === before);
  return performance.now() - from;
}

/** A book for every market that moves the mark of every position; then one on which every position decides to exit. */
async function burstAll({ postern, venue }: World, names: string[]): Promise<{ move: number; exit: number }> {
  const show = async (price: number): Promise<number> => {
    const books = names.map((name) => bookOf(name, price));
    const from = performance.now();
    await venue.advance({ at: Date.now(), books });
    return performance.now() - from;
  };
  await show(5_000);
  const move = await show(5_200);
  const seen = postern.watch().positions();
  if (!seen.every(({ mark }) => mark !== null)) throw new Error('not every position has seen its book');
  const exit = await show(2_000);
  const exiting = postern
    .watch()
    .positions()
    .filter(({ exits }) => exits > 0).length;
  if (exiting < seen.length / 2) throw new Error(`only ${exiting} positions decided to exit`);
  return { move, exit };
}

const bookOf = (market: string, bid: number): Book => ({
  market,
  bids: [{ price: bid, size: 10_000_000 }],
  asks: [{ price: bid + 100, size: 10_000_000 }],
  observedAt: Date.now(),
});

async function until(done: () => boolean): Promise<void> {
  while (!done()) await new Promise((resolve) => setImmediate(resolve));
}
