import { z } from 'zod';
import type { Level } from '../../../../domain/market.ts';
import { ONE_DOLLAR } from '../../../../domain/money.ts';
import { fillSchema, orderSchema } from '../stream/account.ts';
import { natural, optional, optionalTime } from '../stream/fields.ts';
import type { LevelChange } from '../stream/levels.ts';
import type { StreamLifecycle, StreamOrder } from '../stream/listener.ts';
import { foreignWords } from '../stream/text.ts';
import { count, price, rows, signedCount, word } from './numbers.ts';

/** One text frame. `sid` names the subscription, `seq` counts its frames, `id` names the command it answers. */
export interface Frame {
  id: number | null;
  sid: number | null;
  seq: number | null;
  message: Message;
}

type Message =
  | { kind: 'subscribed'; channel: string; sid: number }
  /** The answer to another command, or a kind of message that is known and of no use here. */
  | { kind: 'other' }
  | { kind: 'error'; code: number | null; words: string }
  | BookMessage
  | { kind: 'order'; order: StreamOrder }
  | { kind: 'fill'; order: StreamOrder }
  | { kind: 'position' }
  | { kind: 'lifecycle'; event: StreamLifecycle }
  /** A message about the account that could not be read. */
  | { kind: 'bad_account'; type: string }
  | { kind: 'bad_other' }
  | { kind: 'unknown' };

export type BookMessage =
  /** Both sides' bids, each in its own price. */
  | { kind: 'snapshot'; market: string; yes: Level[]; no: Level[] }
  /** `at` is the exchange's time (ms), null when not said. */
  | { kind: 'delta'; market: string; change: LevelChange; at: number | null }
  /** A message about a book that could not be read; `market` is null when not even that could. */
  | { kind: 'bad_book'; market: string | null };

export const isBookMessage = (message: Message): message is BookMessage =>
  message.kind === 'snapshot' || message.kind === 'delta' || message.kind === 'bad_book';

/** Reads a frame; null when it is no JSON object with a type. Never throws, never takes a missing number for 0. */
export function readFrame(text: string): Frame | null {
  const frame = frameSchema.safeParse(parseJson(text));
  if (!frame.success) return null;
  const { type, id, sid, seq, msg } = frame.data;
  return { id, sid, seq, message: readMessage(type, msg) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readMessage(type: string, msg: unknown): Message {
  switch (type) {
    case 'orderbook_snapshot':
      return readBook(snapshotSchema, msg);
    case 'orderbook_delta':
      return readBook(deltaSchema, msg);
    case 'user_order': {
      const order = orderSchema.safeParse(msg).data;
      return order ? { kind: 'order', order } : { kind: 'bad_account', type };
    }
    case 'fill': {
      const order = fillSchema.safeParse(msg).data;
      return order ? { kind: 'fill', order } : { kind: 'bad_account', type };
    }
    case 'market_position':
      return { kind: 'position' };
    case 'market_lifecycle_v2': {
      const event = lifecycleSchema.safeParse(msg).data;
      return event ? { kind: 'lifecycle', event } : { kind: 'bad_other' };
    }
    case 'subscribed': {
      const subscribed = subscribedSchema.safeParse(msg).data;
      return subscribed ? { kind: 'subscribed', ...subscribed } : { kind: 'bad_other' };
    }
    case 'error':
      return readError(msg);
    case 'ok':
    case 'unsubscribed':
    case 'event_lifecycle':
    case 'event_fee_update':
      return { kind: 'other' };
    default:
      return { kind: 'unknown' };
  }
}

const readBook = (schema: z.ZodType<BookMessage>, msg: unknown): BookMessage =>
  schema.safeParse(msg).data ?? { kind: 'bad_book', market: tickerSchema.safeParse(msg).data ?? null };

function readError(msg: unknown): Message {
  const { code = null, msg: said = '' } = errorSchema.safeParse(msg).data ?? {};
  return { kind: 'error', code, words: foreignWords(said) };
}

const frameSchema = z.object({
  type: word,
  id: optional(natural).catch(null),
  sid: optional(natural).catch(null),
  seq: optional(natural).catch(null),
  msg: z.unknown().optional(),
});

const tickerSchema = z.object({ market_ticker: word }).transform((m) => m.market_ticker);

/** Where an order can rest: 0 and 1 are excluded. */
const levelPrice = price.refine((value) => value > 0 && value < ONE_DOLLAR);

const level = z.tuple([levelPrice, count]).transform(([price, size]): Level => ({ price, size }));

/** A side without bids is a missing key. */
const levels = optional(rows(level)).transform((side) => side ?? []);

const snapshotSchema = z
  .object({ market_ticker: word, yes_dollars_fp: levels, no_dollars_fp: levels })
  .transform(
    (m): BookMessage => ({
      kind: 'snapshot',
      market: m.market_ticker,
      yes: m.yes_dollars_fp,
      no: m.no_dollars_fp,
    }),
  );

const deltaSchema = z
  .object({
    market_ticker: word,
    side: z.enum(['yes', 'no']),
    price_dollars: levelPrice,
    delta_fp: signedCount,
    ts_ms: optionalTime,
  })
  .transform(
    (m): BookMessage => ({
      kind: 'delta',
      market: m.market_ticker,
      change: { side: m.side, price: m.price_dollars, change: m.delta_fp },
      at: m.ts_ms,
    }),
  );

const lifecycleSchema = z
  .object({ market_ticker: word })
  .transform((m): StreamLifecycle => ({ market: m.market_ticker }));

const subscribedSchema = z.object({ channel: word, sid: natural });

const errorSchema = z.object({
  code: z.number().int().nullable().catch(null),
  msg: z.string().catch(''),
});
