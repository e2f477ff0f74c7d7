/** The parts of the state space. */
import {
  type Bounds,
  CONTRACT,
  method,
  NONE,
  OTHER_METHOD,
  PRICES,
  rule,
  type Scenario,
  WORDS,
} from './setting.ts';

/** Without waiting writes while the position is told more: a smaller space, for every run of the tests. */
export const unhurried = (scenario: Scenario): Scenario => ({ ...scenario, mostWrites: 0 });

const scenario = (name: string, change: Partial<Scenario>): Scenario => ({
  name,
  method: method(),
  nextMethod: null,
  position: {},
  bids: [PRICES.calm, PRICES.stop, null],
  words: [],
  refusals: [],
  market: {},
  breaker: null,
  readsAccount: false,
  mostWrites: 1,
  bounds: NONE,
  ...change,
});

/** A stop loss: market orders and their repeats, waits for a bid, `failed` and what leads out of it. */
export const critical = (bounds: Partial<Bounds>): Scenario =>
  scenario('critical', {
    words: [WORDS.retry, WORDS.resume, WORDS.high],
    refusals: ['rate_limited', 'bad_price', 'already_exists', 'other'],
    bounds: { ...NONE, ...bounds },
  });

/** An operator's HIGH exit: a limit order, a walk, market orders with a floor; the stop loss may take it over. */
export const high = (bounds: Partial<Bounds>): Scenario =>
  scenario('high', {
    words: [WORDS.high],
    bids: [PRICES.calm, PRICES.stop],
    refusals: ['not_held', 'halted', 'other'],
    bounds: { ...NONE, words: 1, ...bounds },
  });

/** A profit target: walks and gives up, or its condition goes; the stop loss may take it over. */
export const medium = (bounds: Partial<Bounds>): Scenario =>
  scenario('medium', {
    bids: [PRICES.calm, PRICES.profit, PRICES.stop],
    refusals: ['not_held', 'bad_price', 'unauthorised'],
    bounds: { ...NONE, ...bounds },
  });

const WITHOUT_STOP = { ...method().conditions.stop_loss, enabled: false };

/** Exits without a single walk: straight to market orders, which a floor or a missing bid may hold up, or to the end. */
export const direct = (bounds: Partial<Bounds>): Scenario =>
  scenario('direct', {
    method: method({
      execution: {
        ...method().execution,
        HIGH: rule({ retryStrategy: 'walk_then_market', maxWalks: 0 }),
        MEDIUM: rule({ priceStrategy: 'fair', maxWalks: 0 }),
      },
      conditions: { ...method().conditions, stop_loss: WITHOUT_STOP },
    }),
    bids: [PRICES.calm, PRICES.stop, null],
    words: [WORDS.high, WORDS.medium, WORDS.holdAndCancel],
    market: { open: ['paused', 'closed'] },
    bounds: { ...NONE, words: 1, ...bounds },
  });

/** A profit target that walks twice. */
export const walks = (bounds: Partial<Bounds>): Scenario =>
  scenario('walks', {
    method: method({
      execution: { ...method().execution, MEDIUM: rule({ priceStrategy: 'fair', maxWalks: 2 }) },
    }),
    bids: [PRICES.calm, PRICES.profit],
    bounds: { ...NONE, ...bounds },
  });

/** A profit target that an operator calls off, holds back, or replaces. */
export const calledOff = (bounds: Partial<Bounds>): Scenario =>
  scenario('called off', {
    bids: [PRICES.calm, PRICES.profit],
    words: [WORDS.holdAndCancel, WORDS.hold, WORDS.release, WORDS.high],
    bounds: { ...NONE, words: 1, ...bounds },
  });

/** The market pauses, closes for good and settles while an exit works. */
export const market = (bounds: Partial<Bounds>): Scenario =>
  scenario('market', {
    bids: [PRICES.calm],
    words: [WORDS.high],
    market: { open: ['paused', 'closed'], paused: ['closed'] },
    bounds: { ...NONE, words: 1, market: 1, ...bounds },
  });

/** A contract is sold by hand while an exit works, and the account is read at any time. */
export const byHand = (word: 'high' | 'medium', bounds: Partial<Bounds>): Scenario =>
  scenario(`by hand, ${word}`, {
    bids: [PRICES.calm],
    words: [WORDS[word]],
    readsAccount: true,
    bounds: { ...NONE, words: 1, byHand: 1, ...bounds },
  });

/** Two stages of one contract each; the stop loss takes the rest. */
export const stages = (bounds: Partial<Bounds>): Scenario =>
  scenario('stages', {
    method: method({
      partialExits: {
        enabled: true,
        stageStep: CONTRACT,
        stages: [
          { name: 'first', threshold: 150_000, percentage: 50 },
          { name: 'second', threshold: 250_000, percentage: 50 },
        ],
      },
    }),
    bids: [PRICES.calm, PRICES.profit, PRICES.stop],
    words: [WORDS.one, WORDS.modelBelow],
    bounds: { ...NONE, ...bounds },
  });

/** The database breaker pauses MEDIUM and LOW exits. */
export const patience = (bounds: Partial<Bounds>): Scenario =>
  scenario('patience', {
    bids: [PRICES.calm, PRICES.profit, PRICES.stop],
    breaker: 'patientPaused',
    words: [WORDS.holdAndCancel],
    bounds: { ...NONE, breakers: 1, ...bounds },
  });

/** The model's word starts a LOW exit and ends it; the method may change meanwhile, so that the next is a market order. */
export const low = (bounds: Partial<Bounds>): Scenario =>
  scenario('low', {
    nextMethod: OTHER_METHOD,
    bids: [PRICES.calm, PRICES.stop],
    words: [WORDS.modelBelow, WORDS.modelAbove, WORDS.changeMethod, WORDS.opportunity, WORDS.dayMeasured],
    bounds: { ...NONE, words: 2, ...bounds },
  });

/** The daily loss breaker calls for everything to be sold. */
export const breaker = (bounds: Partial<Bounds>): Scenario =>
  scenario('breaker', {
    bids: [PRICES.calm, null],
    breaker: 'tripped',
    words: [WORDS.high],
    bounds: { ...NONE, words: 1, breakers: 1, ...bounds },
  });
