import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type AnyStateMachine, createMachine } from 'xstate';
import { type ChartState, chartOf } from '../../../src/services/inspect/chart.ts';
import { listCharts, MACHINES } from '../../../src/services/inspect/machines.ts';

// biome-ignore lint/suspicious/noExplicitAny: a machine's configuration, walked as it is written
type Config = any;

/** Every state of a configuration, by id. */
const statesOf = (config: Config, id: string): [string, Config][] => [
  [id, config],
  ...Object.entries(config.states ?? {}).flatMap(([key, state]) => statesOf(state, `${id}.${key}`)),
];

const listed = (transitions: unknown): unknown[] =>
  transitions === undefined ? [] : Array.isArray(transitions) ? transitions : [transitions];

/** `position.open evaluated`, once for each transition that a configuration writes. */
function transitionsOf(config: Config, id: string): string[] {
  const written: [string, unknown][] = [
    ...Object.entries(config.on ?? {}),
    ...Object.entries(config.after ?? {}).map(([delay, to]): [string, unknown] => [
      `xstate.after.${delay}.${id}`,
      to,
    ]),
    ...(config.onDone ? [[`xstate.done.state.${id}`, config.onDone] as [string, unknown]] : []),
    ...listed(config.invoke).flatMap((invoked): [string, unknown][] => {
      const { id: name, onDone, onError } = invoked as { id: string; onDone?: unknown; onError?: unknown };
      return [
        [`xstate.done.actor.${name}`, onDone],
        [`xstate.error.actor.${name}`, onError],
      ];
    }),
    ['', config.always],
  ];
  return written.flatMap(([event, to]) => listed(to).map(() => `${id} ${event}`));
}

const allStates = (state: ChartState): ChartState[] => [state, ...state.states.flatMap(allStates)];

describe.each(MACHINES.map((machine) => ({ id: machine.id, machine })))('the chart of $id', ({ machine }) => {
  const chart = chartOf(machine);
  const drawn = allStates(chart.root);
  const written = statesOf(machine.config, machine.id);

  test('has every state once, as it is described', () => {
    expect(drawn.map(({ id, description }) => [id, description])).toEqual(
      written.map(([id, { description }]) => [id, description ?? null]),
    );
    expect(new Set(drawn.map(({ id }) => id)).size).toBe(drawn.length);
    expect(chart.description).not.toBe('');
  });

  test('has every transition once', () => {
    const found = drawn.flatMap(({ id, transitions }) => transitions.map(({ event }) => `${id} ${event}`));
    expect(found.sort()).toEqual(written.flatMap(([id, config]) => transitionsOf(config, id)).sort());
    expect(found.length).toBeGreaterThan(3);
  });

  test('leads only to states that it has', () => {
    const ids = new Set(drawn.map(({ id }) => id));
    for (const { id, transitions } of drawn)
      for (const { targets, label } of transitions)
        for (const target of targets) expect(ids.has(target), `${id} ${label} → ${target}`).toBe(true);
  });
});

test('every machine of machines/ has a chart', async () => {
  const folder = new URL('../../../src/machines/', import.meta.url);
  const found: AnyStateMachine[] = [];
  for (const file of readdirSync(folder).filter((name) => name.endsWith('-machine.ts'))) {
    const module = (await import(new URL(file, folder).href)) as Record<string, AnyStateMachine>;
    found.push(...Object.values(module).filter((exported) => exported?.root !== undefined));
  }
  expect(found.map(({ id }) => id).sort()).toEqual(
    listCharts()
      .map(({ id }) => id)
      .sort(),
  );
});

test('a chart says what its definition says, in words', () => {
  const machine = createMachine({
    id: 'door',
    description: 'A door',
    initial: 'shut',
    on: { '*': { actions: 'note' }, 'bell.*': {} },
    states: {
      shut: {
        description: 'Nobody gets in',
        tags: ['safe'],
        entry: [{ type: 'say', params: { words: 'shut', twice: true } }],
        exit: 'creak',
        on: {
          push: [{ guard: { type: 'isStrong', params: { over: 9 } }, target: 'open', actions: 'swing' }],
        },
      },
      open: {
        initial: 'wide',
        after: { 1500: 'shut', patience: 'gone' },
        states: {
          wide: { always: { guard: 'isWindy', target: 'swinging' } },
          swinging: {},
          was: { type: 'history' },
        },
        onDone: 'gone',
      },
      gone: { type: 'final' },
    },
  });
  const leaf = {
    description: null,
    tags: [],
    initial: null,
    entry: [],
    exit: [],
    states: [],
    transitions: [],
  };
  const step = { guard: null, targets: [], actions: [] };
  expect(chartOf(machine)).toEqual({
    id: 'door',
    description: 'A door',
    root: {
      ...{ ...leaf, id: 'door', key: 'door', type: 'compound', description: 'A door', initial: 'shut' },
      transitions: [
        { ...step, event: '*', kind: 'wildcard', label: 'anything else', actions: ['note'] },
        { ...step, event: 'bell.*', kind: 'wildcard', label: 'bell.*' },
      ],
      states: [
        {
          ...{ ...leaf, id: 'door.shut', key: 'shut', type: 'atomic', description: 'Nobody gets in' },
          tags: ['safe'],
          entry: ['say shut true'],
          exit: ['creak'],
          transitions: [
            {
              ...{ event: 'push', kind: 'event', label: 'push', guard: 'isStrong 9' },
              targets: ['door.open'],
              actions: ['swing'],
            },
          ],
        },
        {
          ...{ ...leaf, id: 'door.open', key: 'open', type: 'compound', initial: 'wide' },
          transitions: [
            {
              ...{ ...step, event: 'xstate.done.state.door.open', kind: 'done', label: 'door.open is over' },
              targets: ['door.gone'],
            },
            {
              ...{ ...step, event: 'xstate.after.1500.door.open', kind: 'after', label: 'after 1500 ms' },
              targets: ['door.shut'],
            },
            {
              ...{
                ...step,
                event: 'xstate.after.patience.door.open',
                kind: 'after',
                label: 'after patience',
              },
              targets: ['door.gone'],
            },
          ],
          states: [
            {
              ...{ ...leaf, id: 'door.open.wide', key: 'wide', type: 'atomic' },
              transitions: [
                {
                  ...{ ...step, event: '', kind: 'always', label: 'always', guard: 'isWindy' },
                  targets: ['door.open.swinging'],
                },
              ],
            },
            { ...leaf, id: 'door.open.swinging', key: 'swinging', type: 'atomic' },
            { ...leaf, id: 'door.open.was', key: 'was', type: 'history' },
          ],
        },
        { ...leaf, id: 'door.gone', key: 'gone', type: 'final' },
      ],
    },
  });
});
