import type { Clock, Store, StoreWrite } from '../../actors/ports.ts';
import type { Method } from '../../domain/method.ts';
import { adoptRequest } from '../adoption/track-request.ts';
import { assignVersions, methodsOf } from '../config/methods.ts';
import type { Config } from '../config/schema.ts';
import type { OpenVenue } from '../venues/open-venue.ts';

export interface FirstStart {
  config: Config;
  store: Store;
  epoch: number;
  clock: Clock;
  methods: readonly Method[];
  cover: OpenVenue['cover'];
}

/** The id of the n-th tracked entry, the same at every start; shorter than a random one. */
const trackedId = (index: number): string => `t${index + 1}`;

/**
 * Adopts what the configuration lists under `tracked`, in one commit and once: as soon as one of them is stored, all
 * are. What a crash left in the account without a position is not given again. Returns how many were adopted.
 */
export async function trackConfigured({
  config,
  store,
  epoch,
  clock,
  methods,
  cover,
}: FirstStart): Promise<number> {
  const { tracked, adoption } = config;
  if (tracked.length === 0 || (await store.position(trackedId(0))) !== null) return 0;
  const at = clock.now();
  const adopted = tracked.map((lot, index) =>
    adoptRequest(trackedId(index), { ...lot, openedAt: null }, { methods, adoption, at }),
  );
  const open = await store.positions({ closed: false });
  for (const { file } of adopted) {
    await cover(file.position, open);
    open.push(file.position);
  }
  const writes = adopted.flatMap(({ file, decision }): StoreWrite[] => [
    { kind: 'position', position: file.position, evaluation: null },
    { kind: 'decision', decision },
  ]);
  await store.commit(epoch, writes);
  return adopted.length;
}

/** Stores the configured methods that are new or changed, and returns the latest version of each. */
export async function storeMethods(config: Config, store: Store, epoch: number): Promise<Method[]> {
  const stored = await store.latestMethods();
  const latest = assignVersions(methodsOf(config), stored);
  const isNew = ({ name, version }: Method): boolean =>
    !stored.some((other) => other.name === name && other.version === version);
  const writes = latest.filter(isNew).map((method): StoreWrite => ({ kind: 'method', method }));
  if (writes.length > 0) await store.commit(epoch, writes);
  return latest;
}

/** The versions of methods that positions still have beside the latest ones. Throws where one is missing. */
export async function loadMethods(
  named: readonly { method: string; methodVersion: number }[],
  latest: readonly Method[],
  store: Store,
): Promise<Method[]> {
  const all = [...latest];
  for (const { method: name, methodVersion: version } of named) {
    if (all.some((method) => method.name === name && method.version === version)) continue;
    const method = await store.method(name, version);
    if (!method)
      throw new Error(`the store has no version ${version} of the method ${name}, which a position has`);
    all.push(method);
  }
  return all;
}
