import type { AlertRecord, Clock, EntryFile, PositionFile } from '../../actors/ports.ts';
import type { Method } from '../../domain/method.ts';
import { createSystemClock } from '../clock.ts';
import type { Config } from '../config/schema.ts';
import type { Log } from '../log/log.ts';
import type { Closing } from '../process/closing.ts';
import { type OpenVenue, openVenue } from '../venues/open-venue.ts';
import { loadMethods, storeMethods, trackConfigured } from './first-start.ts';
import type { Ownership } from './ownership.ts';

/** All that a tree is composed of beside its configuration: what the store holds, the venue, and their time. */
export interface World extends OpenVenue {
  instance: string;
  clock: Clock;
  /** The latest version of each configured method. */
  latest: Method[];
  /** Those, and the versions that open positions have beside them. */
  methods: Method[];
  positions: PositionFile[];
  /** Entries that are under way. */
  entries: EntryFile[];
  alerts: AlertRecord[];
}

/** Opens the venue where it left off, and brings methods and tracked positions into the store. */
export async function openWorld(
  config: Config,
  owned: Ownership,
  log: Log,
  closing: Closing,
): Promise<World> {
  const { store, paper, lease } = owned;
  const { epoch } = lease;
  const mayTrade = () => lease.isValid;
  const instance = await store.instance();
  const startedAt = await store.createdAt();
  const clock = createSystemClock({
    speed: config.clock.speed,
    origin: await latestTime(owned, startedAt),
  });
  const opened = await openVenue({
    config,
    clock,
    paper: paper.underLease(epoch),
    startedAt,
    ownPrefix: `p${instance}-`,
    mayTrade,
    log,
  });
  closing.add('venue', () => (mayTrade() ? opened.venue.close() : undefined));

  const latest = await storeMethods(config, store, epoch);
  const { cover } = opened;
  const tracked = await trackConfigured({ config, store, epoch, clock, methods: latest, cover });
  if (tracked > 0) log.info({ positions: tracked }, 'first start: adopted what the configuration tracks');
  const positions = await store.openPositions();
  const entries = await store.entriesAtWork();
  const named = [
    ...positions.map((file) => file.position),
    ...entries.flatMap(({ edge: { work } }) =>
      work ? [{ method: work.methodName, methodVersion: work.methodVersion }] : [],
    ),
  ];
  return {
    ...opened,
    instance,
    clock,
    latest,
    methods: await loadMethods(named, latest, store),
    positions,
    entries,
    alerts: await store.alerts({ open: true }),
  };
}

/** Now, or later where accelerated paper time ran ahead before: time never goes back for what is stored. */
async function latestTime({ store, paper }: Ownership, startedAt: number): Promise<number> {
  const { at } = await paper.load();
  const open = await store.positions({ closed: false });
  return open.reduce(
    (latest, position) => Math.max(latest, position.at),
    Math.max(Date.now(), at ?? startedAt),
  );
}
