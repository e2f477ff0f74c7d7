import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DaemonProcess, startDaemon } from '../support/daemon-process.ts';
import { type ExchangeProcess, startExchange } from '../support/exchange-process.ts';
import {
  AFTERWARDS,
  BETTER,
  bookOf,
  CALM,
  CASH,
  CRASHED,
  configOf,
  ENTERED,
  GROUPED,
  type Play,
  REFUSED,
  SCENARIO,
} from './plays.ts';

/** What came of it all. */
export interface Outcome {
  /** Why each edge ended as it did, by its market: `filled`, or the failed check or a word of the reason. */
  edges: Map<string, string>;
  /** Values that were no edges at all, by their reasons. */
  refusals: string[];
  /** Exits by market: `stop_loss filled`. */
  exits: Map<string, string[]>;
  /** Ids by market. */
  ids: Map<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: as it came over the API
  report: any;
  /** What a plain reset of the loss breaker was answered. */
  resetRefusal: string;
  /** The exchange's cash before and after, in 1e-6 $. */
  cash: { before: number; after: number };
  exchange: ExchangeProcess;
  daemon: DaemonProcess;
  dataDir: string;
}

interface Stage {
  daemon: DaemonProcess;
  exchange: ExchangeProcess;
  say: (line: string) => void;
}

/**
 * The whole circle on the practice exchange, in processes of their own: edges come in, some are refused, the others
 * bought, watched and left in every way there is; the loss breaker trips in the middle, and a daemon is killed.
 */
export async function playCircle(folder: string, say: (line: string) => void): Promise<Outcome> {
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const scenario = join(folder, 'circle.yaml');
  writeFileSync(scenario, SCENARIO);
  const exchange = await startExchange({ dataDir: join(folder, 'exchange'), scenario });
  const config = join(folder, 'postern.yaml');
  writeFileSync(config, configOf(exchange.url, join(folder, 'exchange', 'key.pem')));
  const start = async () => {
    const daemon = startDaemon({ config, dataDir });
    await daemon.ready;
    return daemon;
  };
  const stage: Stage = { daemon: await start(), exchange, say };
  const before = (await exchange.account()).cash[0]!;
  say(`the exchange holds $${CASH} for us; the daemon watches nothing yet`);

  const refusals = await enter(stage);
  await leave(stage);
  const resetRefusal = await lose(stage);

  stage.say('two edges more; the daemon is killed with SIGKILL while they are worked');
  await speak(stage, AFTERWARDS);
  stage.daemon.signal('SIGKILL');
  await stage.daemon.exited;
  stage.daemon = await start();
  await until(stage, AFTERWARDS, ({ peak }) => peak !== null);
  await move(stage, AFTERWARDS, 1);
  await until(stage, AFTERWARDS, isClosed);

  const { daemon } = stage;
  say('flat. What the report says, and what the exchange has:');
  const report = (await daemon.ask('/report')).body;
  const after = (await exchange.account()).cash[0]!;
  const views = await shown(daemon);
  return {
    edges: await edgesOf(daemon),
    refusals,
    exits: await exitsOf(daemon),
    ids: new Map([...views].map(([market, { id }]) => [market, id])),
    report,
    resetRefusal,
    cash: { before, after },
    exchange,
    daemon,
    dataDir,
  };
}

/** Edges: twelve that are bought, one of two of an evening, and those that nobody gets in by. */
async function enter(stage: Stage): Promise<string[]> {
  const { daemon, say } = stage;
  const entered = Object.values<Play>(ENTERED);
  say(`${entered.length} edges, and some that are none`);
  await speak(stage, entered);
  const refusals = await speakNonsense(stage);
  await speak(stage, [REFUSED.thin, REFUSED.soon]);
  await speak(stage, [REFUSED.little], 0.04);
  await until(stage, entered, ({ peak }) => peak !== null);

  await act(daemon, 'POST', '/entries/pause', { reason: 'lunch', by: 'circle' });
  await speak(stage, [REFUSED.paused]);
  await decided(stage, [REFUSED.paused]);
  await withdraw(stage, [REFUSED.paused]);
  await act(daemon, 'POST', '/entries/resume', { reason: 'lunch is over', by: 'circle' });

  await speak(stage, [GROUPED[0]]);
  await until(stage, [GROUPED[0]], ({ peak }) => peak !== null);
  await speak(stage, [GROUPED[1]]);
  await decided(stage, [GROUPED[1]]);
  await speak(stage, [REFUSED.full]);
  await decided(stage, [REFUSED.full]);
  await withdraw(stage, [GROUPED[1], REFUSED.full]);
  say('bought; one market too many, one group too full, one pause, and some too small');
  return refusals;
}

/** Every position but one is left, each in its own way; the last makes room for a better one. */
async function leave(stage: Stage): Promise<void> {
  const { daemon, exchange, say } = stage;
  const { stop, stopNo, trail, stages, target, closing, wide, smaller, gone, operator, settled, weaker } =
    ENTERED;
  say('prices move: stop losses, a target, stages, a trailing stop; a close comes near, a market settles');
  await move(stage, [stop, stopNo, trail, stages, target, weaker], 1);
  await exchange.act([
    { type: 'market.moveClose', ticker: closing.market, closeAt: Date.now() + 280_000 },
    { type: 'market.settle', ticker: settled.market, value: 2500 },
    wideBook(wide),
  ]);
  await speak(stage, [smaller], 0.0);
  await speak(stage, [gone], -0.1);
  const views = await shown(daemon);
  await act(daemon, 'POST', `/positions/${views.get(operator.market)!.id}/exit`, {
    priority: 'HIGH',
    reason: 'enough',
    by: 'circle',
  });
  await until(stage, [trail], ({ trailing_stop, state }) => trailing_stop !== null || state === 'closed');
  await until(stage, [stages], ({ remaining, quantity }) => Number(remaining) <= Number(quantity) * 0.3);
  await move(stage, [trail, stages], 2);
  await until(
    stage,
    [stop, stopNo, trail, stages, target, closing, wide, smaller, gone, operator, settled],
    isClosed,
  );

  say('a better opportunity than rain: snow');
  await speak(stage, [weaker], 0.08);
  await speak(stage, [BETTER], 0.4);
  await until(stage, [weaker], isClosed);
  await until(stage, [BETTER], ({ peak }) => peak !== null);
}

/** A hole in two books costs more than the day may: everything is sold, and nothing bought until a person says so. */
async function lose(stage: Stage): Promise<string> {
  const { daemon, say } = stage;
  const bought = [...CRASHED, ...CALM];
  await speak(stage, bought);
  await until(stage, bought, ({ peak }) => peak !== null);
  say('two books break down: the loss breaker trips and sells everything');
  await move(stage, CRASHED, 1);
  await until(stage, [...bought, GROUPED[0], BETTER], isClosed);
  await speak(stage, [REFUSED.broken]);
  await decided(stage, [REFUSED.broken]);
  await withdraw(stage, [REFUSED.broken]);
  const refused = await daemon.ask('/breakers/daily_loss/reset', { reason: 'we go on', by: 'circle' });
  await act(daemon, 'POST', '/breakers/daily_loss/reset', {
    reason: 'we go on',
    by: 'circle',
    until_tomorrow: true,
  });
  say('reset by a person, until tomorrow');
  return `${refused.status} ${refused.body.detail}`;
}

const wideBook = ({ market }: Play) =>
  ({ type: 'book.set', ticker: market, bids: [[4900, 40_000]], asks: [[5700, 40_000]] }) as const;

/** What a model says of each now: `edge` above the mid of where its price is at the start, in dollars. */
async function speak({ daemon }: Stage, plays: readonly Play[], edge = 0.15): Promise<void> {
  const values = plays.map(({ market, side, mids: [mid] }) => ({
    market,
    side,
    probability: (mid + edge).toFixed(4),
    confidence: 'high',
    source: 'circle',
  }));
  await act(daemon, 'PUT', '/model', values);
}

/** The model sees no edge there any more. */
const withdraw = (stage: Stage, plays: readonly Play[]): Promise<void> => speak(stage, plays, 0);

/** Values that are refused, and why. */
async function speakNonsense({ daemon }: Stage): Promise<string[]> {
  const { market } = REFUSED.little;
  const now = Date.now();
  const at = (ms: number) => new Date(now + ms).toISOString();
  const value = (more: object) => ({ market, side: 'yes', probability: '0.5', source: 'circle', ...more });
  await act(daemon, 'PUT', '/model', [value({ at: at(-2_000) })]);
  const wrong = [
    value({ at: at(-2_000) }),
    value({ at: at(-60_000) }),
    value({ at: at(-3_600_000), market: REFUSED.thin.market }),
    value({ at: at(3_600_000) }),
    value({ method: 'gut_feeling' }),
  ];
  const answer = await daemon.ask('/model', wrong, 'PUT');
  return (answer.body.refused as { reason: string }[]).map(({ reason }) => reason);
}

async function move({ exchange }: Stage, plays: readonly Play[], phase: 1 | 2): Promise<void> {
  await exchange.act(
    plays.flatMap((play) => {
      const mid = play.mids[phase];
      return mid === undefined ? [] : bookOf(play, mid);
    }),
  );
}

async function act(
  daemon: DaemonProcess,
  method: 'POST' | 'PUT',
  path: string,
  body: unknown,
): Promise<void> {
  const answer = await daemon.ask(path, body, method);
  if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
}

interface View {
  id: string;
  market: string;
  state: string;
  peak: string | null;
  trailing_stop: string | null;
  quantity: string;
  remaining: string;
}

const isClosed = ({ state }: View): boolean => state === 'closed';

/** Every position by its market, as the daemon shows it. */
async function shown(daemon: DaemonProcess): Promise<Map<string, View>> {
  const open = await daemon.ask('/positions');
  const closed = await daemon.ask('/positions?closed=true');
  return new Map([...open.body, ...closed.body].map((view: View) => [view.market, view]));
}

const PATIENCE_MS = 120_000;
const LOOK_AGAIN_MS = 100;

/** Looks until all of the plays' positions are like that. Rejects with those that are not, after two minutes. */
async function until(stage: Stage, plays: readonly Play[], is: (view: View) => boolean): Promise<void> {
  await lookUntil(async () => {
    const views = await shown(stage.daemon);
    return plays.flatMap(({ market }) => {
      const view = views.get(market);
      return view && is(view) ? [] : [view ?? market];
    });
  });
}

/** Looks until an edge of each market has been decided on. */
async function decided({ daemon }: Stage, plays: readonly Play[]): Promise<void> {
  await lookUntil(async () => {
    const edges = await edgesOf(daemon);
    return plays.flatMap(({ market }) => (edges.has(market) ? [] : [market]));
  });
}

async function lookUntil(missing: () => Promise<unknown[]>): Promise<void> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  for (;;) {
    const left = await missing();
    if (left.length === 0) return;
    if (Date.now() > giveUpAt) throw new Error(`still waiting for ${JSON.stringify(left)}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

interface Edge {
  market: string;
  status: string;
  reason: string | null;
  checks: { check: string; passed: boolean }[];
}

/** How the first edge of each market was decided. */
async function edgesOf(daemon: DaemonProcess): Promise<Map<string, string>> {
  const edges = (await daemon.ask('/entries?limit=1000')).body.edges as Edge[];
  const ended = edges.filter(({ status }) => !['new', 'working'].includes(status)).reverse();
  const result = new Map<string, string>();
  for (const { market, status, checks } of ended) {
    const failed = checks.filter(({ passed }) => !passed).map(({ check }) => check);
    if (status === 'filled' || !result.has(market))
      result.set(market, failed.length === 0 ? status : failed.join(' '));
  }
  return result;
}

async function exitsOf(daemon: DaemonProcess): Promise<Map<string, string[]>> {
  const result = new Map<string, string[]>();
  for (const [market, { id }] of await shown(daemon)) {
    const { exits } = (await daemon.ask(`/positions/${id}`)).body;
    result.set(
      market,
      exits.map(({ reason, status }: { reason: string; status: string }) => `${reason} ${status}`),
    );
  }
  return result;
}
