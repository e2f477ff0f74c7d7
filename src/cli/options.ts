import { type Command, InvalidArgumentError, Option } from 'commander';
import type { z } from 'zod';
import { CONFIDENCES, type Confidence, PRIORITIES, type Priority } from '../domain/method.ts';
import type { Fraction, Money, Price, Quantity } from '../domain/money.ts';
import { count, fraction, money, price, quantity, seconds, text, word } from '../services/config/scalars.ts';
import { createTimeReader } from '../services/venues/paper/recording-values.ts';

/** `--config FILE`, wherever a config is read. */
export const withConfig = (command: Command): Command =>
  command.option('--config <file>', 'the configuration, laid over config/default.yaml');

/** `--json`, wherever a result is printed. */
export const withJson = (command: Command): Command =>
  command.option('--json', 'print JSON for programs instead of a table');

export interface ConfigChoice {
  config?: string;
}

export interface OutputChoice {
  json?: true;
}

/** Reads an option with a schema of the configuration, in the words of the configuration. */
const reading =
  <T>(schema: z.ZodType<T>) =>
  (input: string): T => {
    const result = schema.safeParse(input);
    if (result.success) return result.data;
    throw new InvalidArgumentError(describeRefusal(result.error.issues[0]!.message));
  };

/** `"x" is not allowed (did you mean y?): must be z` → `Did you mean y? It must be z.` */
const describeRefusal = (message: string): string => {
  const [, typo, allowed] = /(?:\((did you mean .*?\?)\))?:? (must be .*)$/s.exec(message) ?? [];
  if (allowed === undefined) return message;
  return `${typo ? `D${typo.slice(1)} ` : ''}It ${allowed}.`;
};

export const readPrice = reading<Price>(price({ above: '0', below: '1' }));
export const readQuantity = reading<Quantity>(quantity({ above: '0', max: '1000000000' }));
export const readProbability = reading<Fraction>(fraction({ min: '0', max: '1' }));
export const readConfidence = reading<Confidence>(word(CONFIDENCES));
export const readMarket = reading<string>(
  text('the name of a market: letters, digits and _ . : -', /^[\w.:-]{1,120}$/),
);
export const readSide = reading<'yes' | 'no'>(word(['yes', 'no']));
export const readSeed = reading<number>(count({ min: '0', max: '4294967295' }));
export const readDollars = reading<Money>(money({ above: '0', max: '1000000000' }));
export const readCount = reading<number>(count({ min: '1', max: '1000' }));
export const readPort = reading<number>(count({ min: '0', max: '65535' }));
export const readMinutes = reading<number>(count({ min: '1', max: '10080' }));
/** Seconds, at least `min`, as ms. */
export const readSeconds = (min: string): ((input: string) => number) =>
  reading<number>(seconds({ min, max: '31536000' }));
export const readPriority = (input: string): Priority =>
  reading<Priority>(word(PRIORITIES))(input.toUpperCase());

const readTime = createTimeReader();

/** An ISO 8601 time as ms, UTC unless it names a zone. */
export function readMoment(input: string): number {
  const at = readTime(input);
  if (at === null)
    throw new InvalidArgumentError(
      'It must be an ISO 8601 time like 2026-02-08T19:12:49Z, UTC unless it names a zone.',
    );
  return at;
}

/** An option that takes one of a few words. */
export const choice = (
  flags: string,
  description: string,
  choices: readonly string[],
  first: string,
): Option => new Option(flags, description).choices(choices).default(first);
