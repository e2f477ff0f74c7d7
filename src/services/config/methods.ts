import { createHash } from 'node:crypto';
import type { Method } from '../../domain/method.ts';
import { type Config, type MethodBlocks, methodRulesSchema } from './schema.ts';
import type { PlainValue } from './tree.ts';

/** The version of a method that has not been compared with the stored ones yet. */
export const UNVERSIONED = 0;

/** The method `default` (the blocks of the top level) and then every named one, all unversioned. */
export function methodsOf(config: Config): Method[] {
  return [
    buildMethod('default', config),
    ...Object.entries(config.methods).map(([name, blocks]) => buildMethod(name, blocks)),
  ];
}

/** A hash of what a method says, the same for the same rules whatever the order of their keys; not of name and version. */
export function fingerprintMethod({ name: _name, version: _version, ...rules }: Method): string {
  return createHash('sha256')
    .update(JSON.stringify(sortKeys(rules)))
    .digest('hex')
    .slice(0, 16);
}

/**
 * Gives each method its version: that of the latest stored one of its name while the rules are the same, the next
 * after a change, 1 for a new name.
 */
export function assignVersions(methods: readonly Method[], latestStored: readonly Method[]): Method[] {
  return methods.map((method) => {
    const stored = latestStored
      .filter((other) => other.name === method.name)
      .reduce<Method | null>(
        (latest, other) => (latest && latest.version > other.version ? latest : other),
        null,
      );
    if (!stored) return { ...method, version: 1 };
    const same = fingerprintMethod(stored) === fingerprintMethod(method);
    return { ...method, version: same ? stored.version : stored.version + 1 };
  });
}

/** Decodes the blocks of a method, unversioned: the inverse of methodBlocks. Throws a ZodError with all that is wrong with them. */
export const readMethod = (name: string, blocks: PlainValue): Method =>
  buildMethod(name, methodRulesSchema.parse(blocks));

function buildMethod(name: string, blocks: MethodBlockSource): Method {
  return {
    name,
    version: UNVERSIONED,
    priorities: blocks.exitPriorities,
    execution: blocks.exitExecution,
    numbers: blocks.exitPricing,
    conditions: {
      ...blocks.exitConditions,
      liquidity_dried_up: { ...blocks.exitConditions.liquidity_dried_up, ...blocks.liquidity },
    },
    trailingStop: blocks.trailingStop,
    partialExits: blocks.partialExits,
    urgency: blocks.monitoring.urgency,
    maxQuoteAgeMs: blocks.monitoring.maxQuoteAgeMs,
    maxModelAgeMs: blocks.monitoring.maxModelAgeMs,
  };
}

type MethodBlockSource = Omit<MethodBlocks, 'entry'>;

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, child]) => [key, sortKeys(child)]));
}
