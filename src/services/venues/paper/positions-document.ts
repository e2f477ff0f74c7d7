import { isNode, LineCounter, type Node, parseDocument, visit } from 'yaml';
import { type ConfigProblem, formatPath } from '../../config/config-error.ts';
import { oneLine } from '../../one-line.ts';

/** One thing that is wrong in a positions file: file, line, path like `[3].entry_price`, the value and what is allowed. */
export type PositionsProblem = ConfigProblem;

/** A YAML text with every scalar left as it was written, and what is wrong with it. Throws a RangeError for one too deep. */
export class PositionsDocument {
  readonly root: unknown;
  readonly problems: PositionsProblem[] = [];
  readonly #file: string;
  readonly #lines = new LineCounter();

  constructor(text: string, file: string) {
    this.#file = file;
    const document = parseDocument(text, {
      schema: 'failsafe',
      lineCounter: this.#lines,
      prettyErrors: false,
      uniqueKeys: false,
    });
    if (document.errors.some(({ message }) => message.includes('call stack')))
      throw new RangeError('too deep');
    for (const { pos, message } of [...document.errors, ...document.warnings])
      this.#add(this.#lineAt(pos[0]), [], `is not valid YAML: ${oneLine(message)}`);
    this.root = document.errors.length === 0 ? document.contents : null;
    visit(document, {
      Alias: (_, node) => this.report(node, [], 'aliases (*name) are not allowed: write the value out'),
    });
  }

  /** Notes a problem with a node; `path` leads there. */
  report(node: unknown, path: readonly PropertyKey[], message: string): void {
    this.#add(this.lineOf(node), path, message);
  }

  /** Counted from 1; the first line where the node has none. */
  lineOf(node: unknown): number {
    const range = isNode(node) ? (node as Node).range : null;
    return range ? this.#lineAt(range[0]) : 1;
  }

  sortedProblems(): PositionsProblem[] {
    return this.problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
  }

  #lineAt(offset: number): number {
    return this.#lines.linePos(offset).line || 1;
  }

  #add(line: number, path: readonly PropertyKey[], message: string): void {
    this.problems.push({ file: this.#file, line, path: formatPath(path), message });
  }
}
