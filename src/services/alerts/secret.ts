import { readFile } from 'node:fs/promises';
import { type Environment, explainReadError } from '../config/environment.ts';
import type { SecretSource } from '../config/schema-alerts.ts';

export type Secret = { kind: 'ok'; value: string } | { kind: 'missing'; reason: string };

const MOST_CHARS = 8_192;

/** A secret as it is now: a file may be replaced, or be mounted later than the daemon starts. */
export async function readSecret(source: SecretSource, env: Environment): Promise<Secret> {
  if (source.kind === 'environment') {
    const value = env[source.variable]?.trim();
    return value ? { kind: 'ok', value } : missing(`the environment variable ${source.variable} is not set`);
  }
  const name = JSON.stringify(source.path);
  try {
    const value = (await readFile(source.path, 'utf8')).trim();
    if (value === '') return missing(`${name} is empty`);
    return value.length > MOST_CHARS ? missing(`${name} is too large`) : { kind: 'ok', value };
  } catch (error) {
    return missing(`${name} ${explainReadError(error)}`);
  }
}

const missing = (reason: string): Secret => ({ kind: 'missing', reason });

/** Foreign words in one short line, in which no secret stands. */
export function withoutSecrets(words: string, secrets: readonly string[]): string {
  const hidden = [...secrets]
    .filter((secret) => secret.length >= 4)
    .sort((a, b) => b.length - a.length)
    .reduce((text, secret) => text.replaceAll(secret, '[secret]'), words);
  return hidden
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029\s]+/gu, ' ')
    .trim()
    .slice(0, 160);
}
