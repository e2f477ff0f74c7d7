import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ExchangeRequest, OutgoingFrame } from '../../src/exchange/exchange.ts';
import { ExchangeHost } from '../../src/exchange-server/host.ts';
import { PRACTICE_FILE, parseScenario, readScenario } from '../../src/exchange-server/read-scenario.ts';
import type { Scenario } from '../../src/exchange-server/scenario.ts';
import type { SavedState } from '../../src/exchange-server/state-file.ts';
import { GB, STILL } from './rig.ts';

const START = Date.UTC(2026, 10, 22, 12);
const STATUS: ExchangeRequest = {
  method: 'GET',
  target: '/trade-api/v2/exchange/status',
  headers: {},
  body: '',
};
const { publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

class HostRig {
  readonly lines: string[] = [];
  readonly frames: OutgoingFrame[] = [];
  saved: SavedState | null = null;
  saves = 0;
  host: ExchangeHost;
  readonly #scenario: Scenario;
  #lives = 0;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.host = this.#create();
  }

  /** As after SIGKILL: what was not saved is gone. */
  restart(): void {
    this.host = this.#create();
    this.host.start();
  }

  #create(): ExchangeHost {
    this.#lives += 1;
    const life = this.#lives;
    const lives = () => life === this.#lives;
    return new ExchangeHost({
      scenario: this.#scenario,
      publicKey,
      saved: this.saved,
      now: () => Date.now(),
      save: (state) => {
        if (!lives()) return;
        this.saves += 1;
        this.saved = JSON.parse(JSON.stringify(state));
      },
      send: (frame) => {
        this.frames.push(frame);
        return true;
      },
      say: (line) => {
        if (lives()) this.lines.push(line);
      },
    });
  }
}

beforeEach(() => vi.useFakeTimers({ now: START }));
afterEach(() => vi.useRealTimers());

describe('the scenario', () => {
  test('begins with the first request, whenever that is', () => {
    const rig = new HostRig(readScenario(PRACTICE_FILE));
    vi.advanceTimersByTime(60_000);
    expect([rig.host.openedAt, rig.lines, rig.saves]).toEqual([null, [], 0]);
    rig.host.handle(STATUS);
    expect(rig.host.openedAt).toBe(START + 60_000);
    expect(rig.lines).toEqual(['the first request: the exchange opens, the scenario practice begins']);
    rig.host.stop();
  });

  test('plays by itself to its end', () => {
    const rig = new HostRig(readScenario(PRACTICE_FILE));
    rig.host.handle(STATUS);
    vi.advanceTimersByTime(440_000);
    expect(rig.lines.slice(1)).toEqual([
      'KXOSCARPIC-27-ODY a person trades in the account:',
      expect.stringMatching(
        /^KXOSCARPIC-27-ODY order \w+ accepted: sell 30.00 YES at \$0.01, immediate or cancel, web-1$/,
      ),
      expect.stringMatching(/^KXOSCARPIC-27-ODY order \w+ filled: 30.00 YES at \$0.35, fee \$0.4778$/),
      'KXFEDDECISION-26DEC-H25 is paused',
      'KXFEDDECISION-26DEC-H25 trades',
      'KXSPOTIFYD-26NOV22-SWI is determined: yes',
      'KXSPOTIFYD-26NOV22-SWI settles at $1.00: 25.00 YES pay $25.00',
      'KXSPOTIFYD-26NOV22-SWI is final: yes',
      'KXATPMATCH-26NOV22-SIN is closed: trading is over',
      'KXATPMATCH-26NOV22-SIN is determined: yes',
      'KXATPMATCH-26NOV22-SIN settles at $1.00: 12.34 YES pay $12.34',
      'KXATPMATCH-26NOV22-SIN is final: yes',
    ]);
    rig.host.stop();
  });

  test('a kill and a restart change nothing of it', () => {
    const whole = new HostRig(readScenario(PRACTICE_FILE));
    whole.host.handle(STATUS);
    vi.advanceTimersByTime(200_000);
    const expected = whole.host.truth();
    whole.host.stop();

    vi.setSystemTime(START);
    const broken = new HostRig(readScenario(PRACTICE_FILE));
    broken.host.handle(STATUS);
    vi.advanceTimersByTime(44_300);
    broken.restart();
    vi.advanceTimersByTime(200_000 - 44_300);
    expect(broken.host.truth()).toEqual(expected);
    expect(broken.lines).toEqual(whole.lines);
    broken.host.stop();
  });

  test('what fell due while nothing ran is made up for, at its own time', () => {
    const rig = new HostRig(readScenario(PRACTICE_FILE));
    rig.host.handle(STATUS);
    vi.setSystemTime(START + 500_000);
    rig.restart();
    const { markets, accounts } = rig.host.truth();
    const { settlements, fills } = accounts.practice!;
    expect(settlements.map(({ ticker, at }) => [ticker, at - START])).toEqual([
      ['KXSPOTIFYD-26NOV22-SWI', 130_000],
      ['KXATPMATCH-26NOV22-SIN', 430_000],
    ]);
    expect(fills.at(-1)).toMatchObject({ ticker: 'KXOSCARPIC-27-ODY', side: 'ask', at: START + 45_000 });
    expect(markets[GB]).toMatchObject({ bid: 4_800, ask: 5_000 });
    rig.host.stop();
  });

  test('events have their own time, whatever the step, and none shape the book of a market that is over', () => {
    const events = [
      '{after_seconds: 7.5, kind: bid_vanishes, for_seconds: 2}',
      '{after_seconds: 12, kind: settle, value: 1}',
      '{after_seconds: 13, kind: widen, spread: 0.1}',
    ].join(', ');
    const text = STILL.replace('step_seconds: 60', 'step_seconds: 86400').replace(
      'size: [50, 200]',
      `size: [50, 200], events: [${events}]`,
    );
    const rig = new HostRig(parseScenario('x.yaml', text));
    rig.host.handle(STATUS);
    const bids = [7_400, 200, 1_800, 200, 10_000].map((ms) => {
      vi.advanceTimersByTime(ms);
      return rig.host.truth().markets[GB]!.bid;
    });
    expect(bids).toEqual([6_100, null, null, 6_100, null]);
    expect(rig.lines.slice(1)).toEqual([`${GB} the bids vanish for 2 s`, `${GB} is determined: yes`]);
    rig.host.stop();
  });

  test('what has become impossible is said and the rest goes on', () => {
    const text = STILL.replace(
      'size: [50, 200]',
      'size: [50, 200], events: [{after_seconds: 60, kind: halt}, {after_seconds: 120, kind: settle, value: 0}]',
    );
    const rig = new HostRig(parseScenario('x.yaml', text));
    rig.host.handle(STATUS);
    rig.host.act([{ type: 'market.pause', ticker: GB }]);
    vi.advanceTimersByTime(120_000);
    expect(rig.lines.slice(1)).toEqual([
      `${GB} is paused`,
      `could not happen: market.pause on ${GB}, which is inactive`,
      `${GB} is determined: no`,
    ]);
    rig.host.stop();
  });
});

describe('what is on disk', () => {
  test('a write is, before it is answered', () => {
    const rig = new HostRig(parseScenario('x.yaml', STILL));
    rig.host.handle(STATUS);
    const { saves } = rig;
    rig.host.handle({ ...STATUS, method: 'POST', target: '/trade-api/v2/portfolio/events/orders' });
    expect(rig.saves).toBe(saves + 1);
    rig.host.stop();
  });

  test('an action is, before it is answered', () => {
    const rig = new HostRig(parseScenario('x.yaml', STILL));
    rig.host.handle(STATUS);
    rig.host.act([{ type: 'book.set', ticker: GB, bids: [[5_500, 100]], asks: [] }]);
    rig.restart();
    expect(rig.host.truth().markets[GB]).toMatchObject({ bid: 5_500, ask: null });
    rig.host.stop();
  });

  test('a read is within a second', () => {
    const rig = new HostRig(parseScenario('x.yaml', STILL));
    rig.host.handle(STATUS);
    const { saves } = rig;
    rig.host.handle(STATUS);
    expect(rig.saves).toBe(saves);
    vi.advanceTimersByTime(1_000);
    expect(rig.saves).toBe(saves + 1);
    rig.host.stop();
  });

  test('an action of the past that fails when it falls due ends nothing', () => {
    const rig = new HostRig(parseScenario('x.yaml', STILL));
    rig.host.handle(STATUS);
    const later = START + 5_000;
    rig.host.act([
      { type: 'later', at: later, action: { type: 'market.activate', ticker: GB } },
      { type: 'later', at: later + 1, action: { type: 'market.pause', ticker: GB } },
    ]);
    vi.advanceTimersByTime(6_000);
    expect(rig.lines.slice(1)).toEqual([`${GB} is paused`]);
    rig.host.stop();
  });
});
