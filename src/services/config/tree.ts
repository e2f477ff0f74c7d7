/** Where a key or a list item stands. */
export interface Place {
  file: string;
  line: number | null;
}

export interface ScalarNode {
  kind: 'scalar';
  text: string;
  place: Place;
}
export interface ListNode {
  kind: 'list';
  items: TreeNode[];
  place: Place;
}
export interface MapNode {
  kind: 'map';
  entries: Map<string, TreeNode>;
  place: Place;
}

/** A configuration before it means anything: texts, lists and mappings that know where they stand. */
export type TreeNode = ScalarNode | ListNode | MapNode;

export type PlainValue = string | PlainValue[] | { [key: string]: PlainValue };

/** The same tree as strings, arrays and objects. */
export function toPlain(node: TreeNode): PlainValue {
  if (node.kind === 'scalar') return node.text;
  if (node.kind === 'list') return node.items.map(toPlain);
  return Object.fromEntries([...node.entries].map(([key, child]) => [key, toPlain(child)]));
}

/** Where the path stands: the nearest node at or above it that exists and is not in one of the `skipped` files. */
export function findPlace(
  root: TreeNode,
  path: readonly PropertyKey[],
  skipped: readonly string[] = [],
): Place {
  let node: TreeNode | undefined = root;
  let place = root.place;
  for (const step of path) {
    node = childOf(node, step);
    if (!node) break;
    if (!skipped.includes(node.place.file)) place = node.place;
  }
  return place;
}

export function childOf(node: TreeNode | undefined, step: PropertyKey): TreeNode | undefined {
  if (node?.kind === 'map') return node.entries.get(String(step));
  if (node?.kind === 'list' && typeof step === 'number') return node.items[step];
  return undefined;
}
