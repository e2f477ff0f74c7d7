/** What a model says about a market (SPEC 11), and which of it is taken. */
import type { Side } from './market.ts';
import type { Confidence } from './method.ts';
import { type Fraction, formatFraction, WHOLE } from './money.ts';

export interface ModelValue {
  market: string;
  side: Side;
  /** For `side`. */
  probability: Fraction;
  /** When the model said so (ms). */
  at: number;
  confidence: Confidence | null;
  method: string | null;
  source: string;
}

export interface ModelRefusal {
  reason: 'out_of_range' | 'late' | 'duplicate' | 'too_old' | 'in_the_future' | 'unknown_method';
  text: string;
}

/** How old a model's word may be, and how far its clock may be ahead of ours (ms). */
export interface ModelRules {
  maxModelAgeMs: number;
  maxAheadMs: number;
}

/**
 * Why a value is not taken at `now` (ms), or null. `known` is the last one taken for the market, of either side. What is
 * taken is always later than it: the same probability with the same time is a duplicate, another one is late.
 */
export function judgeModelValue(
  value: ModelValue,
  known: ModelValue | null,
  now: number,
  { maxModelAgeMs, maxAheadMs }: ModelRules,
): ModelRefusal | null {
  const { probability, at } = value;
  if (!Number.isSafeInteger(probability) || probability < 0 || probability > WHOLE)
    return refuse('out_of_range', `the probability ${textOf(probability)} is not between 0 and 1`);
  if (!isTime(at)) return refuse('out_of_range', `${at} is not a time in ms`);
  const said = `${textOf(probability)} (${value.side}) of ${timeText(at)}`;
  if (known !== null && at <= known.at) {
    const taken = `${textOf(known.probability)} (${known.side}) of ${timeText(known.at)}`;
    if (at === known.at && probabilityFor(value, known.side) === known.probability)
      return refuse('duplicate', `${said} was taken already, as ${taken}`);
    return refuse('late', `${said} is not later than what was taken, ${taken}`);
  }
  if (at - now > maxAheadMs)
    return refuse('in_the_future', `${said} is ${at - now} ms ahead; at most ${maxAheadMs} ms are allowed`);
  if (now - at > maxModelAgeMs)
    return refuse('too_old', `${said} is ${now - at} ms old; at most ${maxModelAgeMs} ms are allowed`);
  return null;
}

/** The probability for `side` (1e-6): 1 − p for the side that the value is not about. */
export const probabilityFor = ({ side, probability }: ModelValue, wanted: Side): Fraction =>
  side === wanted ? probability : WHOLE - probability;

const refuse = (reason: ModelRefusal['reason'], text: string): ModelRefusal => ({ reason, text });

const textOf = (probability: Fraction): string =>
  Number.isSafeInteger(probability) ? formatFraction(probability) : `${probability} millionths`;

/** Beyond these a Date has no text. */
const isTime = (at: number): boolean => Number.isSafeInteger(at) && Math.abs(at) <= 8.64e15;

const timeText = (at: number): string => new Date(at).toISOString();
