import { ZodError } from 'zod';
import { CONDITIONS, CONFIDENCES, type Method } from '../../domain/method.ts';
import { ConfigError, formatPath } from './config-error.ts';
import { mergeConfigs } from './merge-tree.ts';
import { methodBlocks } from './method-blocks.ts';
import { readMethod } from './methods.ts';
import { refuseKey } from './nearest-word.ts';
import { childOf, type ListNode, type MapNode, type PlainValue, type TreeNode, toPlain } from './tree.ts';
import { readYaml } from './yaml-tree.ts';

/** Settings by path, or by a short name, as an operator writes them: `stop_loss` → `-0.08`. */
export type Overrides = Readonly<Record<string, string>>;

/** What an operator asks for can't be: one sentence for each problem. */
export class OverrideError extends Error {
  override name = 'OverrideError';

  constructor(problems: readonly string[]) {
    super(problems.join('; '));
  }
}

/** Short names for what is changed most, and the settings they stand for. */
const SHORT: Readonly<Record<string, readonly string[]>> = {
  stop_loss: ['exit_conditions.stop_loss.stop'],
  profit_target: CONFIDENCES.map((confidence) => `exit_conditions.profit_target.targets.${confidence}`),
  trailing_stop: ['trailing_stop.activation'],
  close_before: ['exit_conditions.time_based_urgent.within_seconds'],
  partial_exits: ['partial_exits.enabled'],
};

/**
 * The method with other settings, named `name` and unversioned. What a rule of execution inherits and does not fit any
 * more is dropped, as in the configuration. Throws an OverrideError with all that is wrong.
 */
export function overrideMethod(base: Method, overrides: Overrides, name: string): Method {
  const own = toTree(methodBlocks(base)) as MapNode;
  const problems: string[] = [];
  let over: MapNode = mapOf();
  for (const [key, value] of Object.entries(overrides)) {
    for (const { path, text } of expand(key, value)) {
      const [problem, next] = lay(over, own, path, text);
      if (problem !== null) problems.push(problem);
      else over = next;
    }
  }
  if (problems.length > 0) throw new OverrideError(problems);
  try {
    return readMethod(name, toPlain(mergeConfigs(own, over)));
  } catch (error) {
    if (!(error instanceof ZodError)) throw error;
    throw new OverrideError(error.issues.map(({ path, message }) => `${formatPath(path)}: ${message}`));
  }
}

/** A short name, or a condition to be switched on or off, in the words of the configuration; else the path as it is. */
function expand(key: string, value: string): { path: string; text: string }[] {
  const isSwitch = value === 'on' || value === 'off';
  const text = isSwitch ? String(value === 'on') : value;
  if (isSwitch && CONDITIONS.some((name) => name === key))
    return [{ path: `exit_conditions.${key}.enabled`, text }];
  const paths = Object.hasOwn(SHORT, key) ? SHORT[key]! : [key];
  // A stop loss is said as the loss it is, or as its size.
  return paths.map((path) => ({ path, text: key === 'stop_loss' ? text.replace(/^-/, '') : text }));
}

/** Writes one setting into what is laid over the method; what is wrong with it instead. */
function lay(over: MapNode, own: MapNode, path: string, text: string): [string | null, MapNode] {
  const steps = readPath(path);
  if (steps === null) return [`${JSON.stringify(path)} is not a path such as trailing_stop.activation`, over];
  const value = readValue(text);
  if (value === null) return [`${path}: ${JSON.stringify(text.slice(0, 80))} is not a value`, over];
  let node: TreeNode | undefined = own;
  for (const [index, step] of steps.entries()) {
    const child = childOf(node, step);
    const isLast = index === steps.length - 1;
    if (!child && !(isLast && node?.kind === 'map' && index > 1))
      return [refuseStep(node, steps, index), over];
    if (isLast && child && child.kind !== 'scalar' && value.kind === 'scalar')
      return [`${path} stands for several settings: ${listPaths(child, path)}`, over];
    node = child;
  }
  return [null, put(over, own, steps, value) as MapNode];
}

/** `partial_exits.stages[0].profit_threshold` → `['partial_exits', 'stages', 0, 'profit_threshold']` */
function readPath(path: string): (string | number)[] | null {
  if (!/^[A-Za-z_]+(\.[A-Za-z_]+|\[\d{1,3}\])*$/.test(path)) return null;
  return [...path.matchAll(/[A-Za-z_]+|\d+/g)].map(([step]) => (/^\d/.test(step) ? Number(step) : step));
}

function readValue(text: string): TreeNode | null {
  if (!/^[[{]/.test(text)) return { kind: 'scalar', text, place: NOWHERE };
  const problems: never[] = [];
  try {
    const node = childOf(readYaml('the value', `value: ${text}`, problems), 'value');
    return problems.length === 0 ? (node ?? null) : null;
  } catch (error) {
    if (error instanceof ConfigError) return null;
    throw error;
  }
}

function refuseStep(node: TreeNode | undefined, steps: (string | number)[], index: number): string {
  const place = formatPath(steps.slice(0, index + 1));
  if (node?.kind === 'list') return `${place} is not there: the list has ${node.items.length}`;
  if (node?.kind !== 'map')
    return `${formatPath(steps.slice(0, index))} is one value: nothing stands below it`;
  const known = [...node.entries.keys(), ...(index === 0 ? Object.keys(SHORT) : [])];
  return `${place}: ${refuseKey(String(steps[index]), [...new Set(known)])}`;
}

function listPaths(node: TreeNode, path: string): string {
  if (node.kind === 'list') return `${path}[0], or the whole list in brackets`;
  const keys = node.kind === 'map' ? [...node.entries.keys()] : [];
  return keys.map((key) => `${path}.${key}`).join(', ');
}

/** A list is replaced whole when it is laid over: one of its items brings the others along. */
function put(
  over: TreeNode | undefined,
  own: TreeNode | undefined,
  steps: (string | number)[],
  value: TreeNode,
): TreeNode {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  const ownChild = childOf(own, step);
  if (typeof step === 'number') {
    const list = (over ?? own) as ListNode;
    const items = list.items.map((item, index) => (index === step ? put(item, item, rest, value) : item));
    return { ...list, items };
  }
  const map = over?.kind === 'map' ? over : mapOf();
  const child = put(
    map.entries.get(step) ?? (typeof rest[0] === 'number' ? ownChild : undefined),
    ownChild,
    rest,
    value,
  );
  return { ...map, entries: new Map(map.entries).set(step, child) };
}

const NOWHERE = { file: '', line: null };

const mapOf = (entries: Map<string, TreeNode> = new Map()): MapNode => ({
  kind: 'map',
  entries,
  place: NOWHERE,
});

function toTree(value: PlainValue): TreeNode {
  if (typeof value === 'string') return { kind: 'scalar', text: value, place: NOWHERE };
  if (Array.isArray(value)) return { kind: 'list', items: value.map(toTree), place: NOWHERE };
  return mapOf(new Map(Object.entries(value).map(([key, child]) => [key, toTree(child)])));
}
