import { expect } from 'vitest';
import {
  ABOVE_ITS_STOP,
  awaitingBid,
  awaitingQuote,
  awaitingQuoteToWalk,
  belowFloor,
  expectStep,
  haltedWalk,
  refused,
  scenario,
  sellingAtMarket,
  waitingOut,
  walking,
} from './scenario.ts';

const CLOSED = { status: 'closed' as const };
const SETTLED = { status: 'settled' as const, settlementValue: 10_000 };

/** Closed markets, settlements and vanished holdings in mid-exit; the invariant that nothing unheld is sold. */
export const CLOSING = [
  scenario('exiting → open: the market closes while a market order is waited out', {}, (rig) => {
    waitingOut(rig);
    rig.market(CLOSED);
    expectStep(rig, 'open', ['exit 1 stop_loss market_closed, sold 40.00']);
    expect(rig.position).toMatchObject({ awaitingSettlement: true, sold: 4_000 });
    rig.market(SETTLED);
    expectStep(rig, 'closed');
    expect(rig.position).toMatchObject({ settled: 60_000_000, closeReason: 'settled' });
  }),
  scenario('exiting → open: the market closes while it waits for a bid', {}, (rig) => {
    awaitingBid(rig);
    rig.market(CLOSED);
    expectStep(rig, 'open', ['exit 1 stop_loss market_closed, sold 40.00']);
  }),
  scenario('exiting → open: the market closes while it waits for a quote', {}, (rig) => {
    rig.pass(60);
    awaitingQuote(rig);
    rig.market(CLOSED);
    expectStep(rig, 'open', ['exit 1 circuit_breaker market_closed, sold 0.00']);
  }),
  scenario('walking → open: the market closes while a walk waits for a quote', ABOVE_ITS_STOP, (rig) => {
    awaitingQuoteToWalk(rig);
    rig.market(CLOSED);
    expectStep(rig, 'open', ['exit 1 trailing_stop market_closed, sold 0.00']);
  }),
  scenario('walking → open: the market closes, its walk is cancelled first', ABOVE_ITS_STOP, (rig) => {
    walking(rig);
    rig.market(CLOSED);
    expectStep(rig, 'walking.cancelling', ['cancel 1-2']);
    rig.over('cancelled', { sold: 100 });
    expectStep(rig, 'open', ['exit 1 trailing_stop market_closed, sold 1.00']);
  }),
  scenario('a market settled without a value ends the exit and waits for the value', {}, (rig) => {
    waitingOut(rig);
    rig.market({ status: 'settled', settlementValue: null });
    expectStep(rig, 'open', ['exit 1 stop_loss market_closed, sold 40.00']);
  }),
  scenario('exiting → closed: settled, after the last word of its order', {}, (rig) => {
    sellingAtMarket(rig);
    rig.market(SETTLED);
    expectStep(rig, 'exiting.cancelling', ['cancel 1-1']);
    rig.over('cancelled', { sold: 2_500 });
    expectStep(rig, 'closed', ['exit 1 stop_loss market_closed, sold 25.00']);
    expect(rig.position).toMatchObject({ sold: 2_500, settled: 75_000_000, exit: null });
  }),
  scenario('walking → closed: settled', ABOVE_ITS_STOP, (rig) => {
    haltedWalk(rig);
    rig.market({ ...SETTLED, settlementValue: 0 });
    expectStep(rig, 'closed', ['exit 1 trailing_stop market_closed, sold 0.00']);
  }),
  scenario('failed → closed: settled', {}, (rig) => {
    refused(rig);
    rig.market(SETTLED);
    expectStep(rig, 'closed', ['exit 1 stop_loss failed, sold 0.00']);
  }),
  scenario('failed → open: the market closed for good', ABOVE_ITS_STOP, (rig) => {
    belowFloor(rig);
    rig.market(CLOSED);
    expectStep(rig, 'open', ['exit 1 trailing_stop market_closed, sold 0.00']);
    expect(rig.position.awaitingSettlement).toBe(true);
  }),
  scenario('exiting → closed: the venue shows it gone', {}, (rig) => {
    waitingOut(rig);
    rig.missing(6_000);
    expectStep(rig, 'closed', ['holdings.reduced', 'exit 1 stop_loss holdings_gone, sold 40.00']);
    expect(rig.position).toMatchObject({ sold: 4_000, writtenOff: 6_000, closeReason: 'holdings gone' });
  }),
  scenario('walking → closed: the venue shows it gone', ABOVE_ITS_STOP, (rig) => {
    awaitingQuoteToWalk(rig);
    rig.missing(10_000);
    expectStep(rig, 'closed', ['holdings.reduced', 'exit 1 trailing_stop holdings_gone, sold 0.00']);
  }),
  scenario('failed → closed: the venue shows it gone', {}, (rig) => {
    refused(rig);
    rig.missing(10_000);
    expectStep(rig, 'closed', ['holdings.reduced', 'exit 1 stop_loss holdings_gone, sold 0.00']);
  }),
  scenario(
    'holdings shrink while an order is out: it goes, the next sells what is left',
    ABOVE_ITS_STOP,
    (rig) => {
      walking(rig);
      rig.missing(7_000);
      expectStep(rig, 'walking.cancelling', ['holdings.reduced', 'cancel 1-2']);
      rig.over('cancelled');
      expectStep(rig, 'walking.working', ['order 1-3 walk 2 30.00 at 0.5300']);
      rig.over('filled');
      expectStep(rig, 'closed', ['exit 1 trailing_stop holdings_gone, sold 30.00']);
    },
  ),
  scenario('what was written off and then sold was there all along', ABOVE_ITS_STOP, (rig) => {
    walking(rig);
    rig.missing(7_000).over('cancelled', { sold: 8_000 });
    expect(rig.position).toMatchObject({ sold: 8_000, writtenOff: 2_000, phase: 'closed' });
  }),
];
