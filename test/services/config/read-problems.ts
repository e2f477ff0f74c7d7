import { readFileSync } from 'node:fs';
import {
  ConfigError,
  type ConfigProblem,
  describeProblem,
} from '../../../src/services/config/config-error.ts';
import type { Environment } from '../../../src/services/config/environment.ts';
import { DEFAULT_CONFIG_FILE, parseConfig } from '../../../src/services/config/load-config.ts';
import type { Config } from '../../../src/services/config/schema.ts';

export const DEFAULT_TEXT = readFileSync(DEFAULT_CONFIG_FILE, 'utf8');

/** The text as `my.yaml` over the shipped defaults. */
export function readOver(text: string, env: Environment = {}): Config {
  const defaults = { name: 'config/default.yaml', text: DEFAULT_TEXT };
  return parseConfig([defaults, { name: 'my.yaml', text }], env);
}

/** What is wrong with the text as `my.yaml`; empty when nothing is. */
export function findProblems(text: string, env: Environment = {}): readonly ConfigProblem[] {
  try {
    readOver(text, env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

export const describeProblems = (text: string, env: Environment = {}): string[] =>
  findProblems(text, env).map(describeProblem);
