import type { z } from 'zod';
import { CONFIDENCES } from '../../domain/method.ts';
import { formatPath } from '../config/config-error.ts';
import { fraction, text, word } from '../config/scalars.ts';
import { mapping } from '../config/shapes.ts';
import { instant } from '../instant.ts';
import type { ModelAnswer, ModelWord } from '../operations/account-operations.ts';

/** As many values as one request, or one read of a file, may bring. */
export const MOST_VALUES = 1000;

/** What a value may say, once a probability that came as a number is a text. */
export const MODEL_VALUE = {
  market: text('the name of a market', /^[A-Za-z0-9._-]{1,100}$/),
  side: word(['yes', 'no']),
  probability: fraction({}),
  at: instant().optional(),
  confidence: word(CONFIDENCES).optional(),
  method: text('the name of a method', /^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/).optional(),
  source: text('a text of at most 100 characters', /^[^\p{Cc}]{1,100}$/u).optional(),
};

const modelSchema = mapping(MODEL_VALUE).transform(
  (value): ModelWord => ({
    market: value.market,
    side: value.side,
    probability: value.probability,
    at: value.at ?? null,
    confidence: value.confidence ?? null,
    method: value.method ?? null,
    source: value.source ?? null,
  }),
);

/** Of one value: what it says, or all that is wrong with it in a sentence. */
export function readModelWord(given: unknown): ModelWord | string {
  const result = modelSchema.safeParse(plainDecimals(given));
  return result.success ? result.data : describeIssues(result.error.issues);
}

/** Takes what can be read of `values` to `say`, and answers for all of them by their places. */
export async function sayValues(
  values: readonly unknown[],
  say: (words: readonly ModelWord[]) => Promise<ModelAnswer>,
): Promise<ModelAnswer> {
  const answer: ModelAnswer = { accepted: [], refused: [] };
  const words: ModelWord[] = [];
  const places: number[] = [];
  for (const [index, given] of values.entries()) {
    const read = readModelWord(given);
    if (typeof read === 'string') answer.refused.push({ index, reason: 'invalid', text: read });
    else {
      words.push(read);
      places.push(index);
    }
  }
  if (words.length > 0) {
    const said = await say(words);
    for (const { index, market } of said.accepted) answer.accepted.push({ index: places[index]!, market });
    for (const { index, ...refusal } of said.refused)
      answer.refused.push({ index: places[index]!, ...refusal });
  }
  answer.refused.sort((a, b) => a.index - b.index);
  return answer;
}

const describeIssues = (issues: readonly z.core.$ZodIssue[]): string =>
  issues
    .map(({ path, message }) => (path.length === 0 ? message : `${formatPath(path)}: ${message}`))
    .join('; ');

/** What is null is left out, and a number of the probability is the decimal that it is written as. */
function plainDecimals(given: unknown): unknown {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return given;
  const entries = Object.entries(given).filter(([, value]) => value !== null);
  return Object.fromEntries(
    entries.map(([key, value]) => [
      key,
      key === 'probability' && typeof value === 'number' ? String(value) : value,
    ]),
  );
}
