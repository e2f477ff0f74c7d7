import type { Store } from '../../actors/ports.ts';
import type { Method } from '../../domain/method.ts';
import type { SettingChange } from '../../domain/method-change.ts';
import { formatFraction } from '../../domain/money.ts';
import type { Position } from '../../domain/position.ts';
import type { LiveSettings } from '../config/live-settings.ts';
import { methodBlocks, type PlainMap } from '../config/method-blocks.ts';
import { diffMethods, diffSettings } from '../config/method-diff.ts';
import { OverrideError, overrideMethod } from '../config/method-overrides.ts';
import { assignVersions, fingerprintMethod } from '../config/methods.ts';
import { refuseWord } from '../config/nearest-word.ts';
import type {
  MethodComparison,
  MethodDetail,
  MethodView,
  MethodWish,
} from '../operations/method-operations.ts';
import { OperationError } from '../operations/operations.ts';

/** Where methods are looked up: the latest of each that the configuration has, and what is stored besides. */
export interface MethodSource {
  store: Pick<Store, 'method' | 'latestMethods' | 'positions'>;
  configured: readonly Method[];
  entries: LiveSettings['methodEntries'];
}

/** What stands between a method's name and the position whose own it is. */
const OWN = '~';

/** Every method's latest version, the configured ones first. */
export async function listMethods({ store, configured }: MethodSource): Promise<MethodView[]> {
  const open = await store.positions({ closed: false });
  const names = new Set(configured.map(({ name }) => name));
  const others = (await store.latestMethods()).filter(
    ({ name }) => !names.has(name) && open.some(({ method }) => method === name),
  );
  return [...configured, ...others].map(({ name, version }) => ({
    name,
    version,
    position: name.split(OWN)[1] ?? null,
    configured: names.has(name),
    open: countVersions(open.filter(({ method }) => method === name)),
  }));
}

/** One version of a method. Throws an OperationError `not_found`. */
export async function showMethod(source: MethodSource, reference: string): Promise<MethodDetail> {
  const method = await findMethod(source, reference, 'not_found');
  const { name, version } = method;
  const open = await source.store.positions({ closed: false });
  const latest = (await latestOf(source)).find((known) => known.name === name)!;
  return {
    name,
    version,
    latest: latest.version,
    open: open.filter((p) => p.method === name && p.methodVersion === version).map(({ id }) => id),
    settings: settingsOf(method, source),
  };
}

/** What differs between two versions or two methods, what they say of entries included. */
export async function compareMethods(
  source: MethodSource,
  from: string,
  to: string,
): Promise<MethodComparison> {
  const [before, after] = [
    await findMethod(source, from, 'not_found'),
    await findMethod(source, to, 'not_found'),
  ];
  return {
    from: nameOf(before),
    to: nameOf(after),
    settings: diffSettings(settingsOf(before, source), settingsOf(after, source)),
  };
}

/** The method that a position is to have, and what is different about it. */
export interface PreparedMethod {
  from: string;
  method: Method;
  changes: SettingChange[];
}

/**
 * The method that an operator wants for a position: another one, or the one it has with settings of its own, which
 * becomes a method of the position's own with its own versions. Throws an OperationError `invalid` with all that is
 * wrong with it, `conflict` when the position has it already.
 */
export async function prepareMethod(
  source: MethodSource,
  position: Position,
  { method: wanted, settings }: Pick<MethodWish, 'method' | 'settings'>,
): Promise<PreparedMethod> {
  const { id } = position;
  const current = await source.store.method(position.method, position.methodVersion);
  if (!current) throw new Error(`the store has no method ${position.method}@${position.methodVersion}`);
  const base = wanted === null ? current : await findMethod(source, wanted, 'invalid');
  const [shared, owner] = base.name.split(OWN);
  if (owner !== undefined && owner !== id)
    throw new OperationError('invalid', `method: ${base.name} is position ${owner}'s own`);
  const method = await withSettings(source, base, settings, `${shared}${OWN}${id}`);
  const changes = diffMethods(current, method);
  if (changes.length === 0 && nameOf(method) === nameOf(current))
    throw new OperationError('conflict', `position ${id} has that already, by ${nameOf(current)}`);
  return { from: nameOf(current), method, changes };
}

/** `nfl@2` */
export const nameOf = ({ name, version }: Pick<Method, 'name' | 'version'>): string => `${name}@${version}`;

async function withSettings(
  { store }: MethodSource,
  base: Method,
  settings: MethodWish['settings'],
  name: string,
): Promise<Method> {
  if (Object.keys(settings).length === 0) return base;
  try {
    const own = overrideMethod(base, settings, name);
    if (fingerprintMethod(own) === fingerprintMethod(base)) return base;
    return assignVersions([own], await store.latestMethods())[0]!;
  } catch (error) {
    throw error instanceof OverrideError ? new OperationError('invalid', error.message) : error;
  }
}

async function findMethod(
  source: MethodSource,
  reference: string,
  code: 'invalid' | 'not_found',
): Promise<Method> {
  const [, name, version] = /^([^@]+)(?:@([1-9]\d{0,8}))?$/.exec(reference) ?? [];
  if (name === undefined)
    throw new OperationError('invalid', `method: ${JSON.stringify(reference)} is not like nfl or nfl@2`);
  const all = await latestOf(source);
  const latest = all.find((known) => known.name === name);
  if (!latest) {
    const names = all.map((known) => known.name);
    throw new OperationError(code, `method: ${refuseWord(name, names)}`);
  }
  if (version === undefined || Number(version) === latest.version) return latest;
  const found = await source.store.method(name, Number(version));
  if (!found) {
    const have = `${name} has ${latest.version === 1 ? 'version 1 alone' : `versions 1 to ${latest.version}`}`;
    throw new OperationError(code, `method: there is no ${reference}: ${have}`);
  }
  return found;
}

async function latestOf({ store, configured }: MethodSource): Promise<Method[]> {
  const stored = await store.latestMethods();
  return [...configured, ...stored.filter((m) => !configured.some(({ name }) => name === m.name))];
}

/** What a method says of entries has no versions: it is what the configuration says now. */
function settingsOf(method: Method, { entries }: MethodSource): PlainMap {
  const [shared] = method.name.split(OWN);
  const entry = Object.hasOwn(entries, shared!) ? entries[shared!] : undefined;
  if (!entry) return methodBlocks(method);
  const show = (fraction: number): string => formatFraction(fraction).replace(/\.?0+$/, '');
  return {
    ...methodBlocks(method),
    entry: { min_edge: show(entry.minEdge), kelly_fraction: show(entry.kellyFraction) },
  };
}

function countVersions(positions: readonly Position[]): MethodView['open'] {
  const counts = new Map<number, number>();
  for (const { methodVersion } of positions) counts.set(methodVersion, (counts.get(methodVersion) ?? 0) + 1);
  return [...counts]
    .map(([version, count]) => ({ version, positions: count }))
    .sort((a, b) => b.version - a.version);
}
