import type { RefusalCode } from '../../../../actors/ports.ts';

interface Refusal {
  /** The exchange's own word, null where it gave none. */
  code: string | null;
  message: string;
  details?: string;
}

const MAX_MESSAGE_CHARS = 500;
const MAX_CODE_CHARS = 100;

/**
 * The refusal in an answer, from any of the four envelopes (FACTS section 7); null when the body is none. A 2xx body
 * refuses only where it carries an error; any other status refuses whatever its body says. `body` is the parsed JSON,
 * or undefined when it was none.
 */
export function readRefusal(status: number, body: unknown): Refusal | null {
  const isSuccess = status >= 200 && status < 300;
  const outer = isRecord(body) ? body : {};
  const nested = outer.error;
  if (isRecord(nested) && Object.keys(nested).length > 0) return describe(nested);
  if (typeof nested === 'string' && nested.trim() !== '')
    return { code: null, message: readText(nested, MAX_MESSAGE_CHARS) ?? 'no reason given' };
  const isFlat = typeof outer.code === 'string' && typeof outer.message === 'string';
  if (isFlat || !isSuccess) return describe(outer);
  return null;
}

function describe(envelope: Record<string, unknown>): Refusal {
  const code = readText(envelope.code, MAX_CODE_CHARS);
  const details = readText(envelope.details, MAX_MESSAGE_CHARS);
  return {
    code,
    message: readText(envelope.message, MAX_MESSAGE_CHARS) ?? code ?? 'no reason given',
    ...(details === null ? {} : { details }),
  };
}

function readText(value: unknown, maxChars: number): string | null {
  if (value === undefined || value === null) return null;
  const text = clean(typeof value === 'string' ? value : JSON.stringify(value), maxChars);
  return text === '' ? null : text;
}

/** Without characters that could break a log line or a terminal, and cut at `maxChars`. */
const clean = (text: string, maxChars: number): string =>
  text
    .slice(0, maxChars * 4)
    .replace(UNPRINTABLE, ' ')
    .trim()
    .slice(0, maxChars)
    .replace(/\p{Cs}$/u, '');

/** Control and formatting characters, unpaired surrogates, separators of lines and paragraphs. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const CODES: ReadonlyMap<string, RefusalCode> = new Map<string, RefusalCode>([
  ['trading_is_paused', 'halted'],
  ['exchange_is_paused', 'halted'],
  ['market_inactive', 'closed'],
  ['market_closed', 'closed'],
  ['invalid_price', 'bad_price'],
  ['invalid_order_size', 'bad_quantity'],
  ['order_already_exists', 'already_exists'],
  ['too_many_requests', 'rate_limited'],
]);

/**
 * What a refusal asks of us, by its code and never by 409 alone. `invalid_order` says its reason only in the message:
 * "price" or "tick" is read as bad_price, else "size", "count" or "quantity" as bad_quantity. That is an inference.
 */
export function refusalCode(status: number, code: string | null, message = ''): RefusalCode {
  const word = code?.trim().toLowerCase() ?? '';
  const known = CODES.get(word);
  if (known !== undefined) return known;
  if (word === 'invalid_order') return readInvalidOrder(message);
  if (status === 429) return 'rate_limited';
  if (status === 401 || status === 403) return 'unauthorised';
  return 'other';
}

function readInvalidOrder(message: string): RefusalCode {
  if (/\b(price|prices|tick|ticks|tick_size)\b/i.test(message)) return 'bad_price';
  if (/\b(size|sizes|count|counts|quantity)\b/i.test(message)) return 'bad_quantity';
  return 'other';
}
