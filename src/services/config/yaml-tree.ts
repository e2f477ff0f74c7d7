import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseDocument,
  type YAMLError,
  type YAMLMap,
} from 'yaml';
import { oneLine } from '../one-line.ts';
import { ConfigError, type ConfigProblem, formatPath } from './config-error.ts';
import type { MapNode, Place, TreeNode } from './tree.ts';

const MAX_LENGTH = 1_000_000;
const MAX_SYNTAX_ERRORS = 20;

/**
 * Reads YAML with every scalar left as the text it was written as: an unquoted 0.10 never becomes a binary float.
 * Adds what is odd but readable (duplicate keys, aliases, tags) to `problems`; throws a ConfigError with the
 * syntax errors where the text can't be read at all.
 */
export function readYaml(file: string, text: string, problems: ConfigProblem[]): MapNode {
  const refuse = (message: string) => new ConfigError([{ file, line: null, path: '', message }]);
  if (text.length > MAX_LENGTH) throw refuse(`is longer than ${MAX_LENGTH} characters`);
  try {
    return new TreeReader(file, problems).read(text);
  } catch (error) {
    if (error instanceof RangeError) throw refuse('is nested too deeply');
    throw error;
  }
}

class TreeReader {
  readonly #file: string;
  readonly #problems: ConfigProblem[];
  readonly #lines = new LineCounter();

  constructor(file: string, problems: ConfigProblem[]) {
    this.#file = file;
    this.#problems = problems;
  }

  read(text: string): MapNode {
    const document = parseDocument(text, {
      schema: 'failsafe',
      lineCounter: this.#lines,
      prettyErrors: false,
      uniqueKeys: false,
    });
    this.#refuseSyntaxErrors(document.errors);
    this.#problems.push(...document.warnings.map((w) => this.#syntaxProblem(w)));
    const root = document.contents;
    if (!isMap(root)) {
      const found =
        root === null || (isScalar(root) && root.value === '') ? 'is empty' : `is ${nameKind(root)}`;
      throw new ConfigError([
        {
          file: this.#file,
          line: null,
          path: '',
          message: `${found}: must be a mapping of blocks (monitoring: …)`,
        },
      ]);
    }
    return this.#readMap(root as YAMLMap, { file: this.#file, line: null }, []);
  }

  #refuseSyntaxErrors(errors: readonly YAMLError[]): void {
    if (errors.some((e) => e.message.includes('call stack'))) throw new RangeError('too deep');
    const first = errors.slice(0, MAX_SYNTAX_ERRORS);
    if (first.length > 0) throw new ConfigError(first.map((e) => this.#syntaxProblem(e)));
  }

  #syntaxProblem(error: YAMLError): ConfigProblem {
    return {
      ...this.#placeAt(error.pos[0]),
      path: '',
      message: `is not valid YAML: ${oneLine(error.message)}`,
    };
  }

  #readMap(map: YAMLMap, place: Place, path: PropertyKey[]): MapNode {
    const entries = new Map<string, TreeNode>();
    for (const pair of map.items) {
      const keyPlace = this.#placeOf(pair.key) ?? place;
      const key = this.#readKey(pair, keyPlace, path);
      if (key === null) continue;
      const earlier = entries.get(key);
      if (earlier) {
        this.#report(keyPlace, [...path, key], `stands twice, first in line ${earlier.place.line}`);
        continue;
      }
      const node = this.#readNode(pair.value, keyPlace, [...path, key]);
      if (node) entries.set(key, node);
    }
    return { kind: 'map', entries, place };
  }

  #readKey(pair: Pair, place: Place, path: PropertyKey[]): string | null {
    const key = isScalar(pair.key) ? String(pair.key.value) : null;
    if (key !== null && key !== '__proto__') return key;
    this.#report(place, path, key === null ? 'a key must be a plain word' : `"${key}" is not a key`);
    return null;
  }

  #readNode(node: unknown, place: Place, path: PropertyKey[]): TreeNode | null {
    if (isAlias(node)) {
      this.#report(place, path, 'aliases (*name) are not allowed: write the value out');
      return null;
    }
    if (isMap(node)) return this.#readMap(node as YAMLMap, place, path);
    if (!isSeq(node)) return { kind: 'scalar', text: isScalar(node) ? String(node.value ?? '') : '', place };
    const items = node.items.map((item, index) =>
      this.#readNode(item, this.#placeOf(item) ?? place, [...path, index]),
    );
    return { kind: 'list', items: items.filter((item) => item !== null), place };
  }

  #placeOf(node: unknown): Place | null {
    const range = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range : null;
    return range ? this.#placeAt(range[0]) : null;
  }

  #placeAt(offset: number): Place {
    return { file: this.#file, line: this.#lines.linePos(offset).line || null };
  }

  #report(place: Place, path: PropertyKey[], message: string): void {
    this.#problems.push({ ...place, path: formatPath(path), message });
  }
}

function nameKind(node: unknown): string {
  if (isSeq(node)) return 'a list';
  return isScalar(node) ? 'a single value' : 'not a mapping';
}
