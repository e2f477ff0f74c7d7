import { Registry } from 'prom-client';
import type { ActorObserver } from '../src/actors/inspection.ts';
import { Monitor } from '../src/actors/watch/monitor.ts';
import { PositionHost } from '../src/actors/watch/position-host.ts';
import { createSystemClock } from '../src/services/clock.ts';
import type { Listener, Stream } from '../src/services/http/events/stream.ts';
import { InspectionFeed } from '../src/services/inspect/inspection-feed.ts';
import { ActorRegistry } from '../src/services/inspect/registry.ts';
import { StatelyFeed } from '../src/services/inspect/stately/stately-feed.ts';
import { EvaluationMetrics } from '../src/services/metrics/evaluation-metrics.ts';
import { type Line, milliseconds, times } from './table.ts';
import { lot, method, openMarket } from './worlds.ts';

const MONITORS = 200;
/** As many quotes as are evaluated while a viewer waits for its next message: 2,000 a second. */
const ROUND = 200;
const ROUNDS = 600;
const MANY = 10_000;

const clock = createSystemClock();
const newRegistry = (): ActorRegistry =>
  new ActorRegistry({
    clock,
    failed: (error) => {
      throw error;
    },
  });

type MonitorOptions = ConstructorParameters<typeof Monitor>[0];

function startMonitors(
  count: number,
  observe: ActorObserver | undefined,
  evaluating?: MonitorOptions['evaluating'],
): Monitor[] {
  const host = new PositionHost();
  const surroundings = {
    market: { ...openMarket('M'), closeTime: clock.now() + 86_400_000 },
    dailyLoss: { tripped: false, pnl: 0, limit: -500_000_000 },
    patientPaused: false,
    opportunity: null,
  };
  const monitors = Array.from(
    { length: count },
    (_, i) =>
      new Monitor(
        {
          ...{ host, method, surroundings, clock, observe, evaluating },
          position: lot(`p${2 * i}`, 'M', clock.now()),
          instance: 'bench',
          rowWriteMs: null,
          restarts: 0,
          settled: () => {},
          crashed: (error) => {
            throw error;
          },
        },
        1,
      ),
  );
  for (const monitor of monitors) monitor.start();
  return monitors;
}

/** Feeds quotes that move the mark and decide nothing; returns what each took of the processor (µs). */
function quoteRound(monitors: readonly Monitor[], after: () => void = () => {}): () => number {
  return () => {
    const from = processorTime();
    for (let i = 0; i < ROUND; i += 1) {
      const at = clock.now();
      const bid = 4_950 + (i % 7) * 10;
      const quote = { bid, bidSize: 1_000, ask: bid + 100, askSize: 1_000, observedAt: at };
      monitors[i % monitors.length]!.send({ type: 'quote', quote, at });
    }
    after();
    return (processorTime() - from) / ROUND;
  };
}

/** What this process has used (µs): other programs don't count. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

const nobody: Listener = { lags: false, tell: () => {}, tellChanged: () => {} };

/** Monitors that are looked at through a stream, as its server has it do. */
function watched(open: (registry: ActorRegistry) => Stream): () => number {
  const registry = newRegistry();
  const stream = open(registry);
  stream.join(nobody, new URLSearchParams());
  return quoteRound(startMonitors(MONITORS, registry.observe), () => {
    stream.tick();
    stream.tick();
  });
}

/** What looking at the statecharts costs each event, and what metrics do, on real monitors of positions. */
export function benchInspection(): Line[] {
  const { evaluating } = new EvaluationMetrics(new Registry(), () => performance.now());
  const rounds = {
    plain: quoteRound(startMonitors(MONITORS, undefined)),
    registry: quoteRound(startMonitors(MONITORS, newRegistry().observe)),
    viewer: watched((registry) => new InspectionFeed({ registry, clock })),
    stately: watched((registry) => new StatelyFeed({ registry, clock })),
    xstate: quoteRound(startMonitors(MONITORS, (actor) => void actor.system.inspect(() => {}))),
    metrics: quoteRound(startMonitors(MONITORS, undefined, evaluating)),
  };
  const names = Object.keys(rounds) as (keyof typeof rounds)[];
  const took = Object.fromEntries(names.map((name): [string, number[]] => [name, []])) as Record<
    keyof typeof rounds,
    number[]
  >;
  for (let i = 0; i < ROUNDS; i += 1)
    for (const [j] of names.entries()) {
      const name = names[(i + j) % names.length]!;
      took[name].push(rounds[name]());
    }
  const line = (what: string, name: keyof typeof rounds): Line => ({
    what: `a quote to a monitor: ${what}`,
    value: `${median(took[name]).toPrecision(3)} µs`,
    ratio: `${times(median(took[name].map((one, i) => one / took.plain[i]!)), 1)} that without`,
  });
  return [
    line('nothing looks on', 'plain'),
    line('the registry, no viewer', 'registry'),
    line('a viewer, 2,000 of them a second', 'viewer'),
    line('the Stately protocol, 2,000 of them a second', 'stately'),
    line("XState's own inspection with an observer that does nothing", 'xstate'),
    line('metrics of evaluations', 'metrics'),
    firstLook(),
  ];
}

/** The daemon does nothing else while it describes the whole tree to a new viewer. */
function firstLook(): Line {
  const look = (count: number): number => {
    const registry = newRegistry();
    startMonitors(count, registry.observe);
    const feed = new InspectionFeed({ registry, clock });
    const took = Array.from({ length: 5 }, () => {
      const from = performance.now();
      feed.join(nobody, new URLSearchParams());
      return performance.now() - from;
    });
    return Math.min(...took);
  };
  const large = look(MANY);
  return {
    what: 'the first message to a viewer, 10,000 monitors',
    value: milliseconds(large),
    ratio: `${times(large, look(MANY / 10))} that of 1,000`,
  };
}
