import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Position } from '../../src/domain/position.ts';
import type { Action } from '../../src/exchange/exchange.ts';
import { ACCOUNT } from '../../src/exchange-server/open-exchange.ts';
import type { PositionView } from '../../src/services/operations/operations.ts';
import { openStore } from '../../src/services/store/open-store.ts';
import { type DaemonProcess, killDaemons, startDaemon } from '../support/daemon-process.ts';
import { type ExchangeProcess, killExchanges, startExchange } from '../support/exchange-process.ts';
import { auditBooks } from '../support/kalshi-audit.ts';
import { practiceVenue, QUICK_MONITORING } from '../support/practice-venue.ts';
import { stockFolder } from '../support/stocked-folder.ts';

vi.setConfig({ testTimeout: 240_000 });

let scratch: string;

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'postern-kalshi-'));
});
afterEach(async () => {
  await killDaemons();
  await killExchanges();
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

interface Play {
  market: string;
  held: [side: 'yes' | 'no', quantity: number, entry: number];
  /** Where the owned side's price goes (the mid): at the start, up or down, and at last. */
  mids: [start: number, then?: number, last?: number];
  more?: string;
}

const SHARES = 60;

/** Bought for at its target, while what is asked is so much more that five walks don't come down to it: it gives up. */
const GIVE_UP: Play = { market: 'KXFAR-GIVEUP', held: ['yes', 50, 0.4], mids: [0.42] };
const FAR: Action = { type: 'book.set', ticker: GIVE_UP.market, bids: [[4700, 9000]], asks: [[7000, 9000]] };

/** What each position is there to show. Prices are the owned side's. */
const PLAYS: Play[] = [
  { market: 'KXA-STOP', held: ['yes', 100, 0.6], mids: [0.6, 0.48] },
  { market: 'KXA-STOPNO', held: ['no', 40.25, 0.6], mids: [0.6, 0.47] },
  { market: 'KXA-STOPFINE', held: ['yes', 12.5, 0.6], mids: [0.6, 0.47], more: 'grid: deci_cent' },
  { market: 'KXA-TRAIL', held: ['yes', 60, 0.5], mids: [0.51, 0.575, 0.53] },
  { market: 'KXA-TRAILNO', held: ['no', 60, 0.5], mids: [0.51, 0.575, 0.53] },
  { market: 'KXA-TRAILSHARD', held: ['yes', 33, 0.5], mids: [0.51, 0.575, 0.53], more: 'shard: 2' },
  { market: 'KXA-STAGES', held: ['yes', 10.37, 0.4], mids: [0.42, 0.53, 0.46] },
  { market: 'KXA-STAGESNO', held: ['no', 100, 0.4], mids: [0.42, 0.53, 0.46] },
  { market: 'KXPLAIN-A', held: ['yes', 50, 0.4], mids: [0.42, 0.5] },
  { market: 'KXPLAIN-B', held: ['no', 50, 0.4], mids: [0.42, 0.5] },
  { market: 'KXA-CLOSING', held: ['yes', 25, 0.5], mids: [0.5] },
  { market: 'KXA-CLOSINGNO', held: ['no', 25, 0.5], mids: [0.5] },
  { market: 'KXA-WIDE', held: ['yes', 30, 0.5], mids: [0.5] },
  { market: 'KXA-BIDLESS', held: ['yes', 30, 0.5], mids: [0.5] },
  { market: 'KXA-EDGESMALL', held: ['yes', 20, 0.5], mids: [0.5] },
  { market: 'KXA-EDGEGONE', held: ['no', 20, 0.5], mids: [0.5] },
  GIVE_UP,
  { market: 'KXA-HAND', held: ['yes', 15, 0.5], mids: [0.5] },
  { market: 'KXA-OPERATOR', held: ['yes', 21, 0.5], mids: [0.5] },
  { market: 'KXA-SETTLED', held: ['no', 17, 0.5], mids: [0.5] },
];

/** The other traders do nothing by themselves: the test moves them. */
const SCENARIO = `name: twenty
step_seconds: 86400
markets:
${PLAYS.map(
  ({ market, held: [side], mids: [start], more }) => `  - market: ${market}
    start_price: ${(side === 'yes' ? start : 1 - start).toFixed(2)}
    spread: 0.02
    size: ${SHARES}
${more ? `    ${more}\n` : ''}`,
).join('')}
account:
  cash: 10000
  tier: advanced
  holdings:
${PLAYS.map(
  ({ market, held: [side, quantity, entry] }) =>
    `    - {market: ${market}, side: ${side}, quantity: ${quantity}, entry_price: ${entry}}\n`,
).join('')}`;

/** Three levels around `mid` in the owned side's terms. */
function bookOf({ market, held: [side] }: Play, mid: number): Action {
  const yes = Math.round((side === 'yes' ? mid : 1 - mid) * 100) * 100;
  const levels = (from: number, by: number) =>
    [0, 1, 2].map((i): [number, number] => [from + i * by, SHARES * 100]);
  return { type: 'book.set', ticker: market, bids: levels(yes - 100, -100), asks: levels(yes + 100, 100) };
}

const configOf = (exchange: ExchangeProcess, folder: string): string => `
server: {port: 0}
${practiceVenue(exchange.url, join(folder, 'key.pem'))}
log: {level: trace}
${QUICK_MONITORING}
adoption:
  rules: [{series: KXPLAIN, method: plain}, {series: KXFAR, method: patient}]
methods:
  plain: {partial_exits: {enabled: false}}
  patient: {exit_conditions: {trailing_stop: {enabled: false}, liquidity_dried_up: {enabled: false}}}
tracked:
  - {market: KXA-EDGESMALL, side: yes, quantity: 20, entry_price: 0.50, model_probability: 0.50}
  - {market: KXA-EDGEGONE, side: no, quantity: 20, entry_price: 0.50, model_probability: 0.40}
exit_conditions:
  liquidity_dried_up: {confirm_for_seconds: 1}
exit_execution:
  HIGH: {timeout_seconds: 2, walk_timeout_seconds: 2}
  MEDIUM: {timeout_seconds: 3, walk_timeout_seconds: 1}
  LOW: {timeout_seconds: 3, walk_timeout_seconds: 1}
`;

const eventually = <T>(look: () => Promise<T>): Promise<T> =>
  vi.waitFor(look, { timeout: 120_000, interval: 100 });

/** Every position by its market, as the daemon shows it. */
async function shown(daemon: DaemonProcess): Promise<Map<string, PositionView>> {
  const open = await daemon.ask('/positions');
  const closed = await daemon.ask('/positions?closed=true');
  const all = [...open.body, ...closed.body] as PositionView[];
  return new Map(all.map((view) => [view.market, view]));
}

describe('postern run on Kalshi', () => {
  test('twenty positions come to every kind of exit while the exchange is killed in mid-walk', async () => {
    const folder = join(scratch, 'exchange');
    const dataDir = await stockFolder(join(scratch, 'data'));
    const scenario = join(scratch, 'twenty.yaml');
    writeFileSync(scenario, SCENARIO);
    let exchange = await startExchange({ dataDir: folder, scenario });
    const config = join(scratch, 'kalshi.yaml');
    writeFileSync(config, configOf(exchange, folder));
    const daemon = startDaemon({ config, dataDir });
    await daemon.ready;

    const move = (phase: 1 | 2) =>
      exchange.act(
        PLAYS.flatMap((play) => (play.mids[phase] === undefined ? [] : bookOf(play, play.mids[phase]))),
      );
    const all = async (markets: string[], is: (view: PositionView) => boolean) =>
      eventually(async () => {
        const views = await shown(daemon);
        const not = markets.filter((market) => !views.has(market) || !is(views.get(market)!));
        expect(not.map((market) => views.get(market) ?? market)).toEqual([]);
      });
    const like = (word: string) =>
      PLAYS.map(({ market }) => market).filter((market) => market.includes(word));

    await all(
      PLAYS.map(({ market }) => market),
      ({ peak, state }) => peak !== null || state === 'closed',
    );
    const idOf = async (market: string) => (await shown(daemon)).get(market)!.id;
    const closesAt = Date.now() + 280_000;
    const wish = { priority: 'HIGH', reason: 'enough' };
    expect(await daemon.ask(`/positions/${await idOf('KXA-OPERATOR')}/exit`, wish)).toMatchObject({
      status: 200,
    });
    await exchange.act([
      { type: 'hand.trade', account: ACCOUNT, ticker: 'KXA-HAND', side: 'ask', price: 4900, count: 1500 },
      { type: 'market.settle', ticker: 'KXA-SETTLED', value: 2500 },
      ...like('CLOSING').map((ticker) => ({ type: 'market.moveClose', ticker, closeAt: closesAt }) as const),
      FAR,
    ]);
    await move(1);
    await all(like('TRAIL'), ({ trailing_stop }) => trailing_stop !== null);

    // Once these are sold every monitor has long seen the liquid book that arms liquidity_dried_up.
    await all([...like('STOP'), 'KXA-OPERATOR', 'KXA-HAND'], ({ state }) => state === 'closed');
    await exchange.act([
      { type: 'book.set', ticker: 'KXA-WIDE', bids: [[4900, 9000]], asks: [[5700, 9000]] },
      { type: 'book.set', ticker: 'KXA-BIDLESS', bids: [], asks: [[5100, 9000]] },
    ]);
    await all(['KXA-BIDLESS'], ({ state }) => state === 'walking');
    await exchange.act({ type: 'stream.close' });
    await eventually(async () => expect(daemon.log()).toContain('resolved: stream_lost'));
    const { port } = exchange;
    await exchange.kill('SIGKILL');
    exchange = await startExchange({ dataDir: folder, scenario, port });
    await exchange.act({
      type: 'book.set',
      ticker: 'KXA-BIDLESS',
      bids: [[4800, 9000]],
      asks: [[5100, 9000]],
    });

    await all(like('STAGES'), ({ quantity, remaining }) => Number(remaining) <= Number(quantity) * 0.35);
    await move(2);
    await all(
      PLAYS.map(({ market }) => market).filter((market) => market !== GIVE_UP.market),
      ({ state }) => state === 'closed',
    );
    const id = await idOf(GIVE_UP.market);
    const detail = await eventually(async () => {
      const { body } = await daemon.ask(`/positions/${id}`);
      expect(body.alerts).toMatchObject([{ kind: 'exit_gave_up', severity: 'warning' }]);
      return body;
    });
    expect(detail).toMatchObject({ remaining: '50.00', exits: [{ status: 'gave_up', filled: '0.00' }] });

    const answers = JSON.stringify(detail);
    daemon.signal('SIGTERM');
    expect(await daemon.exited).toBe(0);
    const truth = await exchange.account();
    const secrets = secretsOf(join(folder, 'key.pem'));
    expect(holdsAny(secrets, daemon.log(), answers)).toEqual([]);
    expect(filesWithAny(secrets, dataDir)).toEqual([]);

    const { store, close } = await openStore({ url: undefined, dataDir, migrate: false });
    try {
      expect(await auditBooks(truth, store, `p${await store.instance()}-`)).toEqual([]);
      const positions = [
        ...(await store.positions({ closed: true })),
        ...(await store.positions({ closed: false })),
      ];
      expect(Object.fromEntries(await Promise.all(positions.map(exitsOf(store))))).toMatchObject({
        'KXA-STOP': ['stop_loss filled'],
        'KXA-STOPNO': ['stop_loss filled'],
        'KXA-STOPFINE': ['stop_loss filled'],
        'KXA-CLOSING': ['time_based_urgent filled'],
        'KXA-CLOSINGNO': ['time_based_urgent filled'],
        'KXA-HAND': [],
        'KXA-OPERATOR': ['operator filled'],
        'KXA-SETTLED': [],
        [GIVE_UP.market]: ['partial_exit_target gave_up'],
        'KXPLAIN-A': ['profit_target filled'],
        'KXPLAIN-B': ['profit_target filled'],
      });
      const reasons = new Set(
        (await Promise.all(positions.map(exitsOf(store)))).flatMap(([, exits]) =>
          exits.filter((exit) => exit.endsWith('filled')).map((exit) => exit.split(' ')[0]),
        ),
      );
      expect([...reasons].sort()).toEqual([
        'early_exit',
        'edge_disappeared',
        'liquidity_dried_up',
        'operator',
        'partial_exit_target',
        'profit_target',
        'stop_loss',
        'time_based_urgent',
        'trailing_stop',
      ]);
      const byMarket = new Map(positions.map((position) => [position.market, position]));
      expect(byMarket.get('KXA-HAND')).toMatchObject({ closeReason: 'holdings gone', writtenOff: 1_500 });
      expect(byMarket.get('KXA-SETTLED')).toMatchObject({ closeReason: 'settled', settled: 12_750_000 });
    } finally {
      await close();
    }
  });
});

const exitsOf =
  (store: Awaited<ReturnType<typeof openStore>>['store']) =>
  async ({ id, market }: Position): Promise<[string, string[]]> => {
    const { exits } = (await store.position(id))!;
    return [market, exits.map(({ reason, status }) => `${reason} ${status}`)];
  };

/** Pieces of the private key that no text may hold. */
function secretsOf(keyFile: string): string[] {
  const body = readFileSync(keyFile, 'utf8')
    .split('\n')
    .filter((line) => line.length > 40 && !line.startsWith('-----'));
  return ['PRIVATE KEY', 'ACCESS-SIGNATURE', 'access-signature', ...body.map((line) => line.slice(0, 40))];
}

const holdsAny = (secrets: readonly string[], ...texts: readonly string[]): string[] =>
  secrets.filter((secret) => texts.some((text) => text.includes(secret)));

function filesWithAny(secrets: readonly string[], folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => holdsAny(secrets, readFileSync(file, 'latin1')).length > 0);
}
