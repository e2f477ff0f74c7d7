import { describe, expect, test } from 'vitest';
import { buildModel } from '../../page/statechart/chart-model.ts';
import { type Detail, readLayout, type Shape, toGraph } from '../../page/statechart/graph.ts';
import { neighbour } from '../../page/statechart/neighbours.ts';
import { roundedPath } from '../../page/statechart/path.ts';
import { statesText } from '../../page/statechart/state-words.ts';
import { wayOf } from '../../page/statechart/turns.ts';
import { Activity } from '../../page/system/activity.ts';
import { countOutermost, treeOf } from '../../page/system/actors.ts';
import { findLines, type LogLine } from '../../page/system/event-log.ts';
import type { ChartState } from '../../src/services/inspect/chart.ts';
import { listCharts } from '../../src/services/inspect/machines.ts';

const models = listCharts().map(buildModel);
const position = models.find(({ chart }) => chart.id === 'position')!;
const measures = { name: (text: string) => text.length * 8, label: (text: string) => text.length * 6 };

describe.each(models.map((model) => [model.chart.id, model] as const))('the chart of %s', (_, model) => {
  test('draws or lists every transition', () => {
    const bundled = model.bundles.flatMap(({ steps }) => steps.map(({ transition }) => transition));
    const missing = model.states.flatMap((state: ChartState) =>
      state.transitions.filter(
        (transition) =>
          !bundled.includes(transition) &&
          !transition.targets.every((target) => target === state.id && model.reentered.has(state.id)),
      ),
    );
    expect(missing.filter(({ targets }) => targets.length > 0)).toEqual([]);
  });

  test.each([
    ['wide', 'plain'],
    ['tall', 'full'],
  ] as [Shape, Detail][])('joins only what is there, %s and %s', (shape, detail) => {
    const graph = toGraph(model, shape, detail, measures);
    const known = new Set<string>();
    const collect = (nodes: typeof graph.children) => {
      for (const node of nodes ?? []) {
        known.add(node.id);
        for (const { id } of node.ports ?? []) known.add(id);
        collect(node.children);
      }
    };
    collect(graph.children);
    const ends = graph.edges!.flatMap(({ sources, targets }) => [...sources, ...targets]);
    expect(ends.filter((id) => !known.has(id))).toEqual([]);
    expect(readLayout(model, detail, graph).boxes.map(({ id }) => id)).toEqual(
      expect.arrayContaining(model.states.slice(1).map(({ id }) => id)),
    );
  });
});

test.each([
  [
    'a raised event',
    'quote',
    'open',
    'exiting.working',
    ['open→exiting', 'exiting.routing→exiting.placing', 'exiting.placing→exiting.working'],
  ],
  [
    'a timer',
    'after stepLeft',
    'walking.working',
    'walking.cancelling',
    ['walking.working→walking.cancelling'],
  ],
  [
    'an event and what follows',
    'order.over',
    'exiting.working',
    'open',
    ['exiting.working→exiting.deciding', 'exiting.deciding→open'],
  ],
  [
    'of several ways what is certain',
    'order.over',
    'walking.cancelling',
    'walking.working',
    ['walking.cancelling→walking.deciding', 'walking.placing→walking.working'],
  ],
  ['a restart', 'start', 'resuming', 'urgent', ['resuming→urgent']],
  ['none', 'quote', 'closed', 'open', []],
])('marks the way of a change of state: %s', (_, event, from, to, way) => {
  const found = wayOf(position, { event, from: `position.${from}`, to: `position.${to}` });
  expect(found.map(({ id }) => id.replaceAll('position.', ''))).toEqual(way);
});

test('goes to the nearest state in the direction of an arrow', () => {
  const box = (id: string, x: number, y: number) => ({ id, x, y, width: 80, height: 34 });
  const layout = {
    width: 400,
    height: 300,
    lines: [],
    boxes: [box('a', 0, 0), box('b', 150, 0), box('c', 300, 0), box('d', 10, 200)],
  };
  expect(neighbour(layout, 'a', 'ArrowRight')).toBe('b');
  expect(neighbour(layout, 'a', 'ArrowDown')).toBe('d');
  expect(neighbour(layout, 'a', 'ArrowLeft')).toBeNull();
  expect(neighbour(layout, 'a', 'Enter')).toBeNull();
});

test('rounds corners and leaves straight stretches alone', () => {
  expect(
    roundedPath([
      { x: 0, y: 0 },
      { x: 10, y: 0 },
      { x: 20, y: 0 },
    ]),
  ).toBe('M0 0L20 0');
  expect(
    roundedPath([
      { x: 0, y: 0 },
      { x: 20, y: 0 },
      { x: 20, y: 20 },
    ]),
  ).toBe('M0 0L14 0Q20 0 20 6L20 20');
});

test('says where an actor stands', () => {
  expect(statesText(['position.exiting', 'position.exiting.working'])).toBe('exiting › working');
  expect(statesText(['s.live', 's.live.a.up', 's.live.b.up', 's.live.c.up', 's.live.duty.trading'])).toBe(
    '3 up, trading',
  );
});

const actor = (session: string, more: object) =>
  ({ session, name: session, parent: null, states: [], status: 'active', received: 0, ...more }) as never;

test('builds the tree and counts what stands where', () => {
  const actors = [
    actor('root', {}),
    actor('watch', { parent: 'root' }),
    actor('m1', { parent: 'watch', states: ['position.open'] }),
  ];
  const [root] = treeOf(actors);
  expect(root!.members.map(({ actor: { name }, members }) => [name, members.length])).toEqual([['watch', 1]]);
  expect(countOutermost([actors[2]!, actor('m2', { status: 'error' })])).toEqual([
    ['open', 1],
    ['error', 1],
  ]);
});

test('knows the rate of what an actor works off', () => {
  const activity = new Activity();
  activity.sample(new Map([['a', actor('a', { received: 10 })]]), 0);
  activity.sample(
    new Map([
      ['a', actor('a', { received: 30 })],
      ['b', actor('b', { received: 5 })],
    ]),
    2_000,
  );
  expect([...activity.rates.value]).toEqual([['a', 10]]);
  activity.forget();
  expect(activity.rates.value.size).toBe(0);
});

test('finds lines of the log', () => {
  const line = (number: number, machine: string | null, event: string, to: string | null): LogLine => ({
    kind: 'event',
    number,
    machine,
    entry: {
      at: '2026-01-01T00:00:00Z',
      session: 's',
      name: 'monitor t1#1',
      event,
      from: to && 'position.open',
      to,
    },
  });
  const lines: LogLine[] = [
    line(1, 'position', 'quote', null),
    { kind: 'gap', number: 2, count: 7 },
    line(3, 'order', 'venue.accepted', 'order.working'),
  ];
  const find = (sought: Partial<Parameters<typeof findLines>[1]>) =>
    findLines(lines, { text: '', machine: null, turnsOnly: false, ...sought }).map(({ number }) => number);
  expect(find({})).toEqual([1, 2, 3]);
  expect(find({ text: 'QUOTE' })).toEqual([1]);
  expect(find({ machine: 'order' })).toEqual([3]);
  expect(find({ turnsOnly: true })).toEqual([3]);
});
