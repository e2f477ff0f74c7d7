import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import { ConfigError, type ConfigProblem, formatPath } from './config-error.ts';
import {
  applyEnvironment,
  type Environment,
  explainReadError,
  readUrlFile,
  refuseSecrets,
} from './environment.ts';
import { inheritMethods, mergeConfigs } from './merge-tree.ts';
import type { PlainMap } from './method-blocks.ts';
import { type Config, configSchema } from './schema.ts';
import { findPlace, type MapNode, toPlain } from './tree.ts';
import { readYaml } from './yaml-tree.ts';

/** One YAML text and the name by which problems speak of it. */
export interface ConfigSource {
  name: string;
  text: string;
}

/** The file that ships with the package and holds every default. */
export const DEFAULT_CONFIG_FILE = fileURLToPath(new URL('../../../config/default.yaml', import.meta.url));

/**
 * Reads a configuration file over the defaults of `config/default.yaml`, and the environment over both.
 * Throws a ConfigError with every problem in them.
 */
export const loadConfig = (choice: ConfigChoice): Config => loadWithBlocks(choice).config;

export interface ConfigChoice {
  file?: string | null;
  env: Environment;
}

/** A configuration, and the blocks that it was read from, all sources laid over each other. */
export interface LoadedConfig {
  config: Config;
  blocks: PlainMap;
}

/** The same with its blocks. */
export function loadWithBlocks({ file = null, env }: ConfigChoice): LoadedConfig {
  const sources = [readSource(DEFAULT_CONFIG_FILE, 'config/default.yaml')];
  if (file !== null && resolve(file) !== DEFAULT_CONFIG_FILE) sources.push(readSource(file, file));
  return parseSources(sources, env);
}

/** The same from texts: each source is laid over the one before. Throws a ConfigError with every problem in them. */
export const parseConfig = (sources: readonly ConfigSource[], env: Environment): Config =>
  parseSources(sources, env).config;

function parseSources(sources: readonly ConfigSource[], env: Environment): LoadedConfig {
  const problems: ConfigProblem[] = [];
  const trees = sources.map(({ name, text }) => {
    const tree = readYaml(name, text, problems);
    refuseSecrets(tree, problems);
    return tree;
  });
  const merged = trees.reduce(mergeConfigs);
  applyEnvironment(merged, env);
  readUrlFile(merged, env, problems);
  const config = decodeTree(
    inheritMethods(merged),
    sources.slice(0, -1).map((s) => s.name),
    problems,
  );
  if (config === null || problems.length > 0) throw new ConfigError(inFileOrder(problems, sources));
  const blocks = toPlain(merged) as PlainMap;
  return { config: { ...config, dataDir: resolveHome(config.dataDir) }, blocks };
}

function readSource(file: string, name: string): ConfigSource {
  try {
    return { name, text: readFileSync(file, 'utf8') };
  } catch (error) {
    throw new ConfigError([{ file: name, line: null, path: '', message: explainReadError(error) }]);
  }
}

/** Problems are placed outside the files `below`: what the last file laid over them is what has to change. */
function decodeTree(tree: MapNode, below: readonly string[], problems: ConfigProblem[]): Config | null {
  const result = configSchema.safeParse(toPlain(tree));
  if (result.success) return result.data;
  const { issues } = result.error;
  const above = new Set(issues.map(({ path, message }) => told(path, message)));
  for (const issue of issues) {
    if (isInherited(issue, above)) continue;
    problems.push({
      ...findPlace(tree, issue.path, below),
      path: formatPath(issue.path),
      message: issue.message,
    });
  }
  return null;
}

/** A method repeats what is wrong at the top level only because it inherits it. */
function isInherited({ path, message }: z.core.$ZodIssue, above: ReadonlySet<string>): boolean {
  const [block, , ...rest] = path;
  return block === 'methods' && rest.length > 0 && above.has(told(rest, message));
}

const told = (path: readonly PropertyKey[], message: string): string => `${formatPath(path)}: ${message}`;

/** The configured file, then its defaults, then the environment; each from top to bottom. */
function inFileOrder(problems: readonly ConfigProblem[], sources: readonly ConfigSource[]): ConfigProblem[] {
  const files = new Set([...sources.map((source) => source.name).reverse(), ...problems.map((p) => p.file)]);
  const order = [...files];
  return [...problems].sort(
    (a, b) => order.indexOf(a.file) - order.indexOf(b.file) || (a.line ?? 0) - (b.line ?? 0),
  );
}

function resolveHome(path: string): string {
  return resolve(path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path);
}
