/** Actions as they arrive over the control port: integers in the exchange's own units. */
import { z } from 'zod';
import type { Action } from '../exchange/exchange.ts';
import { CHANNELS } from '../exchange/stream/stream-state.ts';

const text = z.string().min(1);
const price = z.int().min(1).max(9999);
const value = z.int().min(0).max(10_000);
const count = z.int().min(1);
const time = z.int().min(0);
const duration = z.int().min(0);
const side = z.enum(['bid', 'ask']);
const subaccount = z.int().min(0).max(63);
const level = z.tuple([price, count]);
const levels = z.array(level);
const status = z.int().min(200).max(599);
const feeType = z.enum(['quadratic', 'quadratic_with_maker_fees', 'quadratic_with_combo_maker_fees', 'flat']);
const range = z.strictObject({ start: value, end: value, step: z.int().min(1).max(10_000) });
const times = z.union([z.int().min(1), z.literal('always')]);
const pattern = text.refine(isPattern, 'must be a regular expression');

function isPattern(source: string): boolean {
  try {
    new RegExp(source);
    return true;
  } catch {
    return false;
  }
}

const matcher = z.strictObject({
  method: z.enum(['GET', 'POST', 'DELETE', 'PUT']).optional(),
  path: pattern.optional(),
  account: text.optional(),
  body: pattern.optional(),
  skip: z.int().min(0).optional(),
  times: times.optional(),
});

const messageFields = { code: text, message: z.string().optional(), details: z.string().optional() };
const errorBody = z.discriminatedUnion('envelope', [
  z.strictObject({ envelope: z.literal('nested'), ...messageFields }),
  z.strictObject({ envelope: z.literal('flat'), ...messageFields }),
  z.strictObject({ envelope: z.literal('text'), message: z.string() }),
  z.strictObject({ envelope: z.literal('empty') }),
  z.strictObject({ envelope: z.literal('raw'), body: z.string() }),
]);

const marketSpec = z.strictObject({
  ticker: text,
  eventTicker: text.optional(),
  seriesTicker: text.optional(),
  title: text.optional(),
  marketType: z.enum(['binary', 'scalar']).optional(),
  status: z.enum(['initialized', 'active', 'inactive']).optional(),
  openAt: time.optional(),
  closeAt: time,
  expectedExpirationAt: time.optional(),
  latestExpirationAt: time.optional(),
  settlementTimerSeconds: z.int().min(0).optional(),
  canCloseEarly: z.boolean().optional(),
  priceLevelStructure: text.optional(),
  priceRanges: z.array(range).min(1).optional(),
  exchangeIndex: z.int().min(0).optional(),
  feeWaiverUntil: time.optional(),
  lastPrice: price.optional(),
  volume: z.int().min(0).optional(),
  bids: levels.optional(),
  asks: levels.optional(),
});

const readings = z.strictObject({
  killedRemainder: z.enum(['zero', 'shown']).optional(),
  partialImmediate: z.enum(['canceled', 'executed']).optional(),
  nothingToReduce: z.enum(['canceled', 'refused']).optional(),
  emptySide: z.enum(['empty', 'null', 'missing']).optional(),
  envelope: z.enum(['nested', 'flat']).optional(),
  offGridCode: z.enum(['invalid_order', 'INVALID_PRICE']).optional(),
  deprecatedStatus: status.optional(),
  clientIdReusable: z.boolean().optional(),
  cancelAllSweepsNew: z.boolean().optional(),
  okTakesSequence: z.boolean().optional(),
});

const market = { ticker: text };
const order = { ticker: text, side, price, count };
const byHand = { account: text, subaccount: subaccount.optional(), ...order };
const carryOut = z.boolean().optional();
const channel = z.enum(CHANNELS);
const nextMessages = { channel: channel.optional(), account: text.optional(), times: times.optional() };
/** Those that may be sent, and 1006: the connection breaks off. */
const closeCode = z.union([
  z.int().min(1000).max(1003),
  z.int().min(1006).max(1014),
  z.int().min(3000).max(4999),
]);

/** What each type of action says beside its type. */
const FIELDS = {
  'book.set': { ...market, bids: levels, asks: levels },
  'crowd.place': { ...order, immediate: z.boolean().optional() },
  'crowd.cancel': { orderId: text },
  'crowd.take': { orderId: text, count: count.optional() },
  'hand.trade': byHand,
  'hand.place': {
    ...byHand,
    immediate: z.boolean().optional(),
    selfTradePrevention: z.enum(['taker_at_cross', 'maker']).optional(),
  },
  'hand.cancel': { orderId: text },
  'market.add': { market: marketSpec },
  'market.pause': market,
  'market.activate': market,
  'market.moveClose': { ...market, closeAt: time },
  'market.wipeResting': { ...market, account: text.optional() },
  'market.setGrid': { ...market, priceRanges: z.array(range).min(1), priceLevelStructure: text.optional() },
  'market.setShard': { ...market, exchangeIndex: z.int().min(0) },
  'market.determine': { ...market, value },
  'market.dispute': market,
  'market.amendOutcome': { ...market, value },
  'market.settle': { ...market, value },
  'exchange.set': {
    exchangeIndex: z.int().min(0).optional(),
    exchangeActive: z.boolean().optional(),
    tradingActive: z.boolean().optional(),
    resumeAt: time.nullable().optional(),
  },
  'exchange.weeklyPause': { on: z.boolean() },
  'exchange.clockOffset': { offsetMs: z.int() },
  'exchange.setFees': {
    series: text.optional(),
    event: text.optional(),
    feeType,
    feeMultiplier: z.number().min(0).max(10),
    effectiveAt: time.optional(),
  },
  'exchange.readings': { readings },
  'exchange.marketCache': { cacheMs: duration },
  'account.setKey': {
    keyId: text,
    scopes: z.array(text).optional(),
    subaccount: subaccount.nullable().optional(),
    revoked: z.boolean().optional(),
  },
  'account.regionExpiration': { account: text, expiresAt: time.nullable() },
  'account.readLag': { account: text, lagMs: duration },
  'account.moveCash': { account: text, subaccount: subaccount.optional(), change: z.int() },
  'account.movePosition': {
    account: text,
    subaccount: subaccount.optional(),
    ...market,
    change: z.int(),
    price,
  },
  'fault.refuse': {
    match: matcher,
    status,
    error: errorBody,
    headers: z.record(z.string(), z.string()).optional(),
    carryOut,
  },
  'fault.rateLimit': { match: matcher },
  'fault.html': { match: matcher, status, carryOut },
  'fault.delay': { match: matcher, delayMs: duration },
  'fault.dropAnswer': { match: matcher },
  'fault.dropRequest': { match: matcher },
  'fault.carryOutLate': { match: matcher, afterMs: duration },
  'fault.repeat': { match: matcher },
  'fault.trimAnswer': { match: matcher, fields: z.array(text).min(1) },
  'fault.wobble': { match: matcher.optional() },
  'fault.fillInFlight': { match: matcher.optional(), count: count.optional() },
  'fault.hideOrder': { orderId: text.optional(), account: text.optional(), times: times.optional() },
  'fault.clear': { faultId: z.int().optional() },
  'stream.lose': nextMessages,
  'stream.duplicate': nextMessages,
  'stream.reorder': nextMessages,
  'stream.delay': { channel: channel.optional(), delayMs: duration },
  'stream.clear': {},
  'stream.stall': {
    account: text.optional(),
    forMs: duration.optional(),
    missed: z.enum(['lost', 'delivered']).optional(),
  },
  'stream.resume': { account: text.optional() },
  'stream.close': { account: text.optional(), code: closeCode.optional() },
  'stream.error': { channel, code: z.union([z.literal(10), z.literal(25)]), account: text.optional() },
  later: { at: time, action: z.lazy((): z.ZodType => actionSchema) },
} satisfies Record<Action['type'], z.ZodRawShape>;

export const ACTION_TYPES = Object.keys(FIELDS) as Action['type'][];

const schemas = new Map<string, z.ZodType>(
  Object.entries(FIELDS).map(([type, fields]) => [
    type,
    z.strictObject({ type: z.literal(type), ...fields }),
  ]),
);

/** One action; a refusal names the fields and values that are allowed. */
export const actionSchema: z.ZodType<Action> = z.unknown().transform((input, context): Action => {
  const type = typeof input === 'object' && input !== null && 'type' in input ? input.type : undefined;
  const schema = schemas.get(String(type));
  if (!schema) {
    const found = type === undefined ? 'is missing' : `${JSON.stringify(type)} is not allowed`;
    const message = `${found}: must be ${ACTION_TYPES.join(', ')}`;
    context.addIssue({ code: 'custom', path: ['type'], message });
    return z.NEVER;
  }
  const result = schema.safeParse(input);
  if (result.success) return result.data as Action;
  for (const issue of result.error.issues) {
    const known = Object.keys(FIELDS[String(type) as Action['type']]);
    const message =
      issue.code === 'unrecognized_keys' && issue.path.length === 0
        ? `${issue.message}; ${String(type)} takes ${known.join(', ')}`
        : issue.message;
    context.addIssue({ code: 'custom', path: issue.path, message });
  }
  return z.NEVER;
});
