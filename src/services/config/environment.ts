import { readFileSync } from 'node:fs';
import { type ConfigProblem, formatPath } from './config-error.ts';
import { isPostgresUrl } from './schema-host.ts';
import { childOf, type MapNode, type ScalarNode } from './tree.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  POSTERN_DATA_DIR: ['data_dir'],
  POSTERN_DATABASE_URL: ['database', 'url'],
  KALSHI_API_KEY_ID: ['venue', 'api_key_id'],
  KALSHI_PRIVATE_KEY_PATH: ['venue', 'private_key_path'],
};

/** Lays what the environment says over the tree. An empty variable says nothing. */
export function applyEnvironment(root: MapNode, env: Environment): void {
  for (const [variable, path] of Object.entries(VARIABLES)) {
    const text = env[variable];
    if (!text) continue;
    setText(root, path, {
      kind: 'scalar',
      text,
      place: { file: `environment variable ${variable}`, line: null },
    });
  }
}

/** Takes a database URL with a password out of a YAML tree and says where it belongs, without repeating it. */
export function refuseSecrets(root: MapNode, problems: ConfigProblem[]): void {
  const database = root.entries.get('database');
  const url = childOf(database, 'url');
  if (database?.kind !== 'map' || url?.kind !== 'scalar' || !holdsPassword(url.text)) return;
  database.entries.delete('url');
  const fix =
    'set the environment variable POSTERN_DATABASE_URL, or name a file that holds the URL in database.url_file';
  problems.push({
    ...url.place,
    path: 'database.url',
    message: `holds a password, which must not stand in YAML: ${fix}`,
  });
}

/** Reads `database.url_file` into `database.url`, unless the environment gave a URL. */
export function readUrlFile(root: MapNode, env: Environment, problems: ConfigProblem[]): void {
  const database = root.entries.get('database');
  const file = childOf(database, 'url_file');
  if (database?.kind !== 'map' || file?.kind !== 'scalar' || file.text === '') return;
  if (database.entries.has('url') && !env.POSTERN_DATABASE_URL) return;
  database.entries.delete('url_file');
  if (env.POSTERN_DATABASE_URL) return;
  try {
    const text = readFileSync(file.text, 'utf8').trim();
    database.entries.set('url', { kind: 'scalar', text, place: { file: file.text, line: null } });
  } catch (error) {
    const path = formatPath(['database', 'url_file']);
    problems.push({
      ...file.place,
      path,
      message: `${JSON.stringify(file.text)} ${explainReadError(error)}`,
    });
  }
}

/** Why a file could not be read, to follow its name. */
export function explainReadError(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  if (code === 'ENOENT') return 'is not there: there is no such file';
  if (code === 'EISDIR') return 'is a folder: must be a file';
  return `can't be read (${code})`;
}

function holdsPassword(url: string): boolean {
  if (/[?&](password|sslpassword)=/i.test(url)) return true;
  if (isPostgresUrl(url)) return new URL(url).password !== '';
  const authority = url.replace(/^\w+:\/\//, '');
  return authority.includes(':') && authority.indexOf(':') < authority.lastIndexOf('@');
}

function setText(root: MapNode, [key, ...rest]: readonly string[], text: ScalarNode): void {
  if (key === undefined) return;
  const below = root.entries.get(key);
  const block: MapNode =
    below?.kind === 'map' ? below : { kind: 'map', entries: new Map(), place: text.place };
  root.entries.set(key, rest.length === 0 ? text : block);
  setText(block, rest, text);
}
