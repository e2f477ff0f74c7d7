import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isNode, LineCounter, parseDocument } from 'yaml';
import type { Scenario } from './scenario.ts';
import { scenarioSchema } from './scenario-schema.ts';

/** The scenario that is played when none is named. */
export const PRACTICE_FILE = fileURLToPath(new URL('../../config/exchange/practice.yaml', import.meta.url));

/** Everything that is wrong with a scenario file. */
export class ScenarioError extends Error {
  override name = 'ScenarioError';
}

/** Reads a scenario file. Throws a ScenarioError that names each problem's line, path, value and what is allowed. */
export function readScenario(file: string): Scenario {
  let written: string;
  try {
    written = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ScenarioError(
      `${file} ${code === 'ENOENT' ? 'is not there: there is no such file' : `can't be read (${code})`}`,
    );
  }
  return parseScenario(file, written);
}

/** The same from a text; `file` is how problems speak of it. */
export function parseScenario(file: string, written: string): Scenario {
  const lines = new LineCounter();
  // Every scalar stays the text it was written as: an unquoted 0.10 never becomes a binary float.
  const document = parseDocument(written, { schema: 'failsafe', lineCounter: lines, prettyErrors: false });
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  const broken = document.errors.map((e) => `${file}:${lineAt(e.pos[0])} is not valid YAML: ${e.message}`);
  if (broken.length > 0) throw scenarioError(file, broken);
  const result = scenarioSchema.safeParse(document.toJS());
  if (result.success) return result.data;

  const problems = result.error.issues.map(({ path, message }) => {
    const offset = offsetOf(document, path);
    const place = offset === null ? file : `${file}:${lineAt(offset)}`;
    return path.length === 0 ? `${place}: ${message}` : `${place} ${formatPath(path)}: ${message}`;
  });
  throw scenarioError(file, problems);
}

function scenarioError(file: string, problems: readonly string[]): ScenarioError {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return new ScenarioError([`the scenario ${file} is not valid, ${count}:`, ...problems].join('\n  '));
}

/** Where the path stands, or the nearest thing above it. */
function offsetOf(document: ReturnType<typeof parseDocument>, path: readonly PropertyKey[]): number | null {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return null;
}

const formatPath = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? String(step) : `${text}.${String(step)}`;
  }, '');
