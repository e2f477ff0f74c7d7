import { childOf, type MapNode, type TreeNode } from './tree.ts';

/** The blocks that a method may set anew. */
export const METHOD_BLOCKS = [
  'exit_priorities',
  'exit_execution',
  'exit_pricing',
  'exit_conditions',
  'trailing_stop',
  'partial_exits',
  'liquidity',
] as const;
export const METHOD_MONITORING = [
  'urgent_conditions',
  'max_quote_age_seconds',
  'max_model_age_seconds',
] as const;
const METHOD_ENTRY = ['min_edge', 'kelly_fraction'] as const;

/**
 * Lays one tree over another: mappings merge key by key, lists and values replace. An empty value over a mapping
 * or a list changes nothing, so that a block whose lines are all commented out inherits.
 */
export function mergeTrees(base: TreeNode | undefined, over: TreeNode): TreeNode {
  if (!base) return over;
  if (over.kind === 'scalar' && over.text === '' && base.kind !== 'scalar') return base;
  if (base.kind !== 'map' || over.kind !== 'map') return over;
  return mergeMaps(base, over);
}

/** Lays a whole configuration over another. Exit execution drops what it inherits and no longer fits. */
export function mergeConfigs(base: MapNode, over: MapNode): MapNode {
  return dropUnfitExecution(mergeMaps(base, over), over);
}

/** Writes into every method the blocks that it inherits from the top level. */
export function inheritMethods(root: MapNode): MapNode {
  const methods = root.entries.get('methods');
  if (methods?.kind !== 'map') return root;
  const entries = [...methods.entries].map(([name, method]): [string, TreeNode] => {
    const own = method.kind === 'scalar' && method.text === '' ? emptyMap(method) : method;
    return [name, own.kind === 'map' ? mergeConfigs(inheritedBlocks(root, own), own) : own];
  });
  return withEntry(root, 'methods', { ...methods, entries: new Map(entries) });
}

function mergeMaps(base: MapNode, over: MapNode): MapNode {
  const entries = new Map(base.entries);
  for (const [key, child] of over.entries) entries.set(key, mergeTrees(base.entries.get(key), child));
  return { kind: 'map', entries, place: over.place };
}

function inheritedBlocks(root: MapNode, method: MapNode): MapNode {
  const entries = new Map<string, TreeNode>();
  for (const block of METHOD_BLOCKS) {
    const node = root.entries.get(block);
    if (node) entries.set(block, node);
  }
  for (const [block, keys] of [
    ['monitoring', METHOD_MONITORING],
    ['entry', METHOD_ENTRY],
  ] as const) {
    const node = root.entries.get(block);
    if (node) entries.set(block, node.kind === 'map' ? pickEntries(node, keys) : node);
  }
  return { kind: 'map', entries, place: method.place };
}

function pickEntries(node: MapNode, keys: readonly string[]): MapNode {
  return { ...node, entries: new Map([...node.entries].filter(([key]) => keys.includes(key))) };
}

/** A market order has no price strategy and only walking strategies walk: such keys are kept only where `over` wrote them. */
function dropUnfitExecution(merged: MapNode, over: MapNode): MapNode {
  const execution = merged.entries.get('exit_execution');
  if (execution?.kind !== 'map') return merged;
  const levels = [...execution.entries].map(([priority, rule]): [string, TreeNode] => {
    if (rule.kind !== 'map') return [priority, rule];
    const own = childOf(childOf(over, 'exit_execution'), priority);
    const unfit = unfitKeys(rule).filter((key) => !childOf(own, key));
    return [
      priority,
      { ...rule, entries: new Map([...rule.entries].filter(([key]) => !unfit.includes(key))) },
    ];
  });
  return withEntry(merged, 'exit_execution', { ...execution, entries: new Map(levels) });
}

function unfitKeys(rule: MapNode): string[] {
  const orderType = childOf(rule, 'order_type');
  const strategy = childOf(rule, 'retry_strategy');
  return [
    ...(orderType?.kind === 'scalar' && orderType.text === 'market' ? ['price_strategy'] : []),
    ...(strategy?.kind === 'scalar' && strategy.text === 'immediate_market'
      ? ['max_walks', 'walk_timeout_seconds']
      : []),
  ];
}

const emptyMap = (node: TreeNode): MapNode => ({ kind: 'map', entries: new Map(), place: node.place });

const withEntry = (map: MapNode, key: string, node: TreeNode): MapNode => ({
  ...map,
  entries: new Map(map.entries).set(key, node),
});
