/** Puts a probe at the beginning of each function of a module, through which the simulation can throw there. */
import { parseAst } from 'vitest/node';

/** What is read of a node of the syntax tree. */
interface Node {
  type: string;
  start: number;
  end: number;
  id?: { name: string } | null;
  key?: { name?: string };
  declaration?: Node | null;
  declarations?: Node[];
  init?: Node | null;
  value?: Node | null;
  body?: Node | Node[] | null;
}

interface Found {
  name: string;
  body: Node;
}

/** What all modules with probes share; an own binding of each, since a look at the global object takes long. */
const SHARED = 'var __probes = (globalThis.__posternProbes ??= { call: undefined });';

/**
 * The TypeScript `source` with a call of `globalThis.__posternProbes.call?.('<file>:<function>')` as the first thing that
 * each function of the module does: declarations, arrow functions with a name, methods. Lines stay where they are.
 */
export function probeFunctions(source: string, file: string): string {
  const { body } = parseAst(source, { lang: 'ts' }) as unknown as { body: Node[] };
  const probed = body
    .flatMap(functionsOf)
    .toReversed()
    .reduce((text, found) => insertProbe(text, found, file), source);
  return `${SHARED} ${probed}`;
}

function insertProbe(text: string, { name, body }: Found, file: string): string {
  const probe = `__probes?.call?.('${file}:${name}')`;
  const { type, start, end } = body;
  if (type === 'BlockStatement') return `${text.slice(0, start + 1)} ${probe};${text.slice(start + 1)}`;
  return `${text.slice(0, start)}(${probe}, ${text.slice(start, end)})${text.slice(end)}`;
}

/** In the order of the text. */
function functionsOf(statement: Node): Found[] {
  const declared = statement.declaration ?? statement;
  switch (declared.type) {
    case 'FunctionDeclaration':
      return found(declared.id?.name, declared);
    case 'VariableDeclaration':
      return declared.declarations!.flatMap(({ id, init }) => found(id?.name, init));
    case 'ClassDeclaration':
      return (declared.body as unknown as { body: Node[] }).body.flatMap(({ key, value }) =>
        found(`${declared.id?.name}.${key?.name}`, value),
      );
    default:
      return [];
  }
}

const FUNCTIONS = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'];

/** Overload signatures have no body. */
function found(name: string | undefined, node: Node | null | undefined): Found[] {
  if (!node || !FUNCTIONS.includes(node.type) || !node.body) return [];
  return [{ name: name ?? 'unnamed', body: node.body as Node }];
}
