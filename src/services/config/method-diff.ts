import type { Method } from '../../domain/method.ts';
import type { SettingChange } from '../../domain/method-change.ts';
import { methodBlocks } from './method-blocks.ts';
import type { PlainValue } from './tree.ts';

/** Every setting in which two methods differ, in the words and units of the configuration. */
export const diffMethods = (from: Method, to: Method): SettingChange[] =>
  diffSettings(methodBlocks(from), methodBlocks(to));

/** Every setting in which two configurations, or parts of them, differ: by its path, with both values. */
export function diffSettings(from: PlainValue, to: PlainValue): SettingChange[] {
  const [before, after] = [flatten(from), flatten(to)];
  const paths = [...new Set([...before.keys(), ...after.keys()])];
  return paths
    .map((path) => ({ path, from: before.get(path) ?? null, to: after.get(path) ?? null }))
    .filter((change) => change.from !== change.to);
}

/** `exit_conditions.stop_loss.stop` → `0.15`; a list of plain values is one: `[0.5, 1, 2]`. */
export function flatten(value: PlainValue, path = ''): Map<string, string> {
  if (typeof value === 'string') return new Map([[path, value]]);
  if (Array.isArray(value)) {
    const isPlain = value.every((item) => typeof item === 'string');
    if (isPlain) return new Map([[path, `[${value.join(', ')}]`]]);
    return new Map(value.flatMap((item, index) => [...flatten(item, `${path}[${index}]`)]));
  }
  return new Map(
    Object.entries(value).flatMap(([key, child]) => [
      ...flatten(child, path === '' ? key : `${path}.${key}`),
    ]),
  );
}
