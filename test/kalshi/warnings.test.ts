import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Action } from '../../src/exchange/actions.ts';
import { createSigner } from '../../src/services/venues/kalshi/client/credentials.ts';
import { KEY_ID } from '../support/exchange-link.ts';
import { KalshiWorld, START } from '../support/kalshi-world.ts';
import {
  A,
  aHolding,
  alertsButStream,
  aMarket,
  BOTH_MODES,
  CLOSED,
  crash,
  DAY,
  ending,
  FAILED,
  forceExit,
  HOUR,
  sentIds,
  watching,
} from './rig.ts';

const MARKETS = { path: '/markets\\?', times: 'always' } as const;

/** Longer than two rounds of the regular checks. */
const TWO_CHECKS = 1_300;

async function sellsAfter(world: KalshiWorld): Promise<void> {
  forceExit(world, 'CRITICAL');
  await world.pass(30);
  expect(await ending(world)).toEqual(CLOSED);
}

describe.each(BOTH_MODES)('what a trader should know is said once and taken back, %s', (_, streaming) => {
  it('a key that may not trade: before an exit needs it; mended, it sells by itself', async () => {
    const world = await watching({ streaming, account: { keys: [{ keyId: KEY_ID, scopes: ['read'] }] } });
    await world.pass(TWO_CHECKS);
    expect(alertsButStream(world)).toEqual(['raised critical key_cannot_trade']);
    crash(world);
    await world.pass(40);
    expect(sentIds(world)).toEqual(['a1x1-1']);
    expect(await ending(world)).toEqual(FAILED);
    world.act({ type: 'account.setKey', keyId: KEY_ID, scopes: ['read', 'write::trade'] });
    await world.pass(TWO_CHECKS);
    expect(alertsButStream(world)).toEqual([
      'raised critical key_cannot_trade',
      'raised critical exit_failed a1',
      'resolved exit_failed a1',
      'resolved key_cannot_trade',
    ]);
    expect(await ending(world)).toEqual(CLOSED);
  });

  it('a key that is revoked: as soon as it is refused', async () => {
    const world = await watching({ streaming });
    await world.pass(60);
    world.act({ type: 'account.setKey', keyId: KEY_ID, revoked: true });
    await world.pass(20);
    expect(alertsButStream(world)).toEqual(['raised critical key_refused']);
    await world.pass(TWO_CHECKS);
    expect(alertsButStream(world).filter((alert) => alert.includes('key_refused'))).toHaveLength(1);
    expect((await ending(world)).differences).toEqual([]);
  });

  it('a region’s confirmation that runs out, that has run out, and that is renewed', async () => {
    const world = await watching({ streaming });
    const renew = (expiresAt: number): Action => ({
      type: 'account.regionExpiration',
      account: 'tests',
      expiresAt,
    });
    world.act(renew(START + 10 * DAY + HOUR));
    await world.pass(TWO_CHECKS);
    expect(alertsButStream(world)).toEqual(['raised warning key_region_expires']);
    world.act(renew(START));
    crash(world);
    await world.pass(40);
    expect(alertsButStream(world)).toEqual([
      'raised warning key_region_expires',
      'raised critical exit_failed a1',
      'raised critical key_region_expires',
    ]);
    expect(await ending(world)).toEqual(FAILED);
    world.act(renew(START + 300 * DAY));
    await world.pass(TWO_CHECKS);
    expect(alertsButStream(world).slice(3)).toEqual([
      'resolved exit_failed a1',
      'resolved key_region_expires',
    ]);
    expect(await ending(world)).toEqual(CLOSED);
  });

  it.each([30_000, -30_000])('clocks that differ by %i ms', async (offsetMs) => {
    const world = await watching({ streaming });
    world.act({ type: 'exchange.clockOffset', offsetMs });
    await world.pass(TWO_CHECKS);
    crash(world);
    await world.pass(60);
    expect(alertsButStream(world)).toEqual(['raised warning clock_skew']);
    expect(await ending(world)).toEqual(CLOSED);
    world.act({ type: 'exchange.clockOffset', offsetMs: 0 });
    await world.pass(TWO_CHECKS);
    expect(alertsButStream(world)).toEqual(['raised warning clock_skew', 'resolved clock_skew']);
  });

  it('a clock so wrong that signatures are refused: what is refused, and why', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    const time = { now: () => START };
    const world = await watching({
      streaming,
      exchange: { verifySignatures: true, timestampToleranceMs: 60_000 },
      account: { keys: [{ keyId: KEY_ID, publicKey }] },
      venue: {
        signer: createSigner({ keyId: KEY_ID, privateKey: createPrivateKey(privateKey) }, () => time.now()),
      },
    });
    time.now = () => world.clock.now();
    await world.pass(60);
    world.act({ type: 'exchange.clockOffset', offsetMs: 120_000 });
    await world.pass(20);
    expect(alertsButStream(world)).toEqual(['raised critical key_refused', 'raised warning clock_skew']);
    world.act({ type: 'exchange.clockOffset', offsetMs: 0 });
    await world.pass(TWO_CHECKS);
    expect(alertsButStream(world).toSorted().slice(2)).toEqual([
      'resolved clock_skew',
      'resolved key_refused',
    ]);
    await sellsAfter(world);
  });

  it('a fee type without a known formula, until a start finds a known one', async () => {
    const series = [{ ticker: 'KXGAME', feeType: 'flat' as const, flatFee: 10_000 }];
    const world = await watching({ streaming, exchange: { series } });
    await world.pass(TWO_CHECKS);
    expect(alertsButStream(world)).toEqual(['raised warning fees_unknown']);
    world.act({ type: 'exchange.setFees', series: 'KXGAME', feeType: 'quadratic', feeMultiplier: 1 });
    world.kill();
    await world.start();
    await world.pass(60);
    expect(alertsButStream(world)).toEqual(['raised warning fees_unknown', 'resolved fees_unknown']);
    await sellsAfter(world);
  });

  it('a market that can’t be read', async () => {
    const world = await watching({ streaming });
    world.act({ type: 'market.setGrid', ticker: A, priceRanges: [] });
    await world.pass(TWO_CHECKS);
    expect(alertsButStream(world)).toEqual(['raised critical market_unreadable']);
    world.act({ type: 'market.setGrid', ticker: A, priceRanges: [{ start: 0, end: 10_000, step: 100 }] });
    await world.pass(40);
    expect(alertsButStream(world)).toEqual([
      'raised critical market_unreadable',
      'resolved market_unreadable',
    ]);
    await sellsAfter(world);
  });

  it.each<[string, Action, string[]]>([
    [
      'is missing from the answer',
      {
        type: 'fault.refuse',
        match: MARKETS,
        status: 200,
        error: { envelope: 'raw', body: '{"markets":[],"cursor":""}' },
      },
      ['critical market_unreadable', 'critical position_orphaned a1'],
    ],
    [
      'can’t be asked for',
      { type: 'fault.html', match: MARKETS, status: 503 },
      ['critical markets_unread', 'critical position_orphaned a1', 'warning api_errors'],
    ],
  ])('a market that %s from the start: its position is not watched', async (_name, fault, alerts) => {
    const world = await KalshiWorld.open({ streaming, markets: [aMarket()], holdings: [aHolding()] });
    world.act(fault);
    await world.pass(200);
    expect(world.postern.watch().running()).toBe(0);
    expect(alertsButStream(world).toSorted()).toEqual(alerts.map((alert) => `raised ${alert}`));
    world.act({ type: 'fault.clear' });
    const resolved = alerts.map((alert) => `resolved ${alert.replace(/^\w+ /, '')}`);
    await world.pass(40);
    expect(alertsButStream(world).slice(alerts.length).toSorted()).toEqual(
      resolved.filter((alert) => alert !== 'resolved api_errors').toSorted(),
    );
    await world.pass(300);
    expect(alertsButStream(world).slice(alerts.length).toSorted()).toEqual(resolved.toSorted());
    await sellsAfter(world);
  });
});
