/** What XState does and the design rests on (XSTATE.md). When one of these fails after an upgrade, read that page first. */

import { describe, expect, it, vi } from 'vitest';
import {
  type AnyActorLogic,
  assign,
  createActor,
  createMachine,
  fromCallback,
  fromPromise,
  type InspectionEvent,
  raise,
  setup,
} from 'xstate';
import { VirtualClock } from '../../src/services/clock.ts';

const boom = (): never => {
  throw new Error('boom');
};

/** A machine that throws in one kind of place as soon as it gets `go`, or at its start. */
const throwers = {
  'a guard': createMachine({ on: { go: { guard: boom, actions: () => {} } } }),
  'an action': createMachine({ on: { go: { actions: boom } } }),
  'an assign': createMachine({ on: { go: { actions: assign(boom) } } }),
  'an entry': createMachine({ initial: 'a', states: { a: { on: { go: 'b' } }, b: { entry: boom } } }),
  'an exit': createMachine({ initial: 'a', states: { a: { exit: boom, on: { go: 'b' } }, b: {} } }),
  'a delay': setup({ delays: { never: boom } }).createMachine({
    initial: 'a',
    states: { a: { on: { go: 'b' } }, b: { after: { never: 'a' } } },
  }),
  'its context': createMachine({ context: boom }),
  'its start': createMachine({ entry: boom }),
  'a callback': fromCallback(({ receive }) => receive(boom)),
};

describe('errors', () => {
  it.each(Object.entries(throwers))(
    'a throw in %s ends that actor alone, and its error observer hears of it',
    (_, logic) => {
      const sibling = createActor(
        createMachine({ initial: 'a', states: { a: { on: { go: 'b' } }, b: {} } }),
      ).start();
      const error = vi.fn();
      const actor = createActor(logic);
      actor.subscribe({ error });
      actor.start();
      if (actor.getSnapshot().status === 'active') actor.send({ type: 'go' });
      sibling.send({ type: 'go' });
      expect(error).toHaveBeenCalledExactlyOnceWith(
        expect.objectContaining({ message: expect.stringContaining('boom') }),
      );
      expect(actor.getSnapshot().status).toBe('error');
      expect(sibling.getSnapshot().value).toBe('b');
    },
  );

  it.each(Object.entries(throwers))(
    'an invoked child that throws in %s reaches its parent, which goes on',
    (_, child) => {
      const parent = setup({ actors: { child: child as AnyActorLogic } }).createMachine({
        initial: 'running',
        states: { running: { invoke: { id: 'child', src: 'child', onError: 'restarting' } }, restarting: {} },
      });
      const actor = createActor(parent).start();
      (actor.getSnapshot().children as Record<string, { send(e: object): void } | undefined>).child?.send({
        type: 'go',
      });
      expect(actor.getSnapshot()).toMatchObject({ status: 'active', value: 'restarting' });
    },
  );

  it('an invoked part comes back when its state is entered again', () => {
    const starts = vi.fn();
    const part = fromCallback(({ receive }) => {
      starts();
      receive(boom);
    });
    const parent = setup({ actors: { part } }).createMachine({
      initial: 'running',
      states: {
        running: { invoke: { id: 'part', systemId: 'part', src: 'part', onError: 'restarting' } },
        restarting: { after: { 500: 'running' } },
      },
    });
    const clock = new VirtualClock(0);
    const actor = createActor(parent, { clock: clock as never }).start();
    actor.system.get('part')!.send({ type: 'go' });
    clock.fireNext(500);
    expect(starts).toHaveBeenCalledTimes(2);
    expect(actor.system.get('part')!.getSnapshot().status).toBe('active');
  });

  it('what an observer throws is an uncaught exception, thrown from a timer: hosts catch it themselves', () => {
    vi.useFakeTimers();
    try {
      const actor = createActor(createMachine({ on: { go: {} } }));
      actor.subscribe(boom);
      actor.start();
      expect(actor.getSnapshot().status).toBe('active');
      expect(() => vi.runAllTimers()).toThrow('boom');
    } finally {
      vi.useRealTimers();
    }
  });

  it('an actor that has ended swallows what it is sent', () => {
    const actor = createActor(createMachine({ on: { go: { actions: boom } } }));
    actor.subscribe({ error: () => {} });
    actor.start();
    actor.send({ type: 'go' });
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    expect(() => actor.send({ type: 'go' })).not.toThrow();
    warn.mockRestore();
  });
});

describe('eventless transitions', () => {
  const looping = (options: object) =>
    createMachine({
      options,
      initial: 'a',
      states: { a: { on: { go: 'b' } }, b: { always: 'c' }, c: { always: 'b' } },
    } as never);

  it('that go in circles crash the actor at `maxIterations`', () => {
    const error = vi.fn();
    const actor = createActor(looping({ maxIterations: 100 }));
    actor.subscribe({ error });
    actor.start();
    actor.send({ type: 'go' });
    expect(String(error.mock.calls[0]?.[0])).toContain('Infinite loop detected');
  });

  it('fire again on an old verdict after any later event: verdicts are consumed where they are used', () => {
    const machine = createMachine({
      context: { verdict: false, acted: 0 },
      initial: 'a',
      states: {
        a: {
          always: {
            guard: ({ context }) => context.verdict,
            target: 'b',
            actions: assign({ acted: ({ context }) => context.acted + 1 }),
          },
        },
        b: { on: { other: 'a' } },
      },
      on: { judged: { actions: assign({ verdict: true }) } },
    });
    const actor = createActor(machine).start();
    actor.send({ type: 'judged' });
    actor.send({ type: 'other' });
    expect(actor.getSnapshot().context.acted).toBe(2);
  });

  it('come before raised events: a fact is acted on by `always` first, by its raised event after', () => {
    const log: string[] = [];
    const machine = createMachine({
      context: { seen: false },
      initial: 'a',
      states: {
        a: { always: { guard: ({ context }) => context.seen, target: 'b' } },
        b: {
          entry: () => void log.push('always'),
          on: { evaluated: { actions: () => void log.push('evaluated') } },
        },
      },
      on: { fact: { actions: [assign({ seen: true }), raise({ type: 'evaluated' })] } },
    });
    createActor(machine).start().send({ type: 'fact' });
    expect(log).toEqual(['always', 'evaluated']);
  });
});

describe('delays', () => {
  const machine = setup({
    types: { context: {} as { deadline: number; at: number }, input: {} as { deadline: number; at: number } },
    delays: { left: ({ context }) => Math.max(0, context.deadline - context.at) },
  }).createMachine({
    context: ({ input }) => input,
    initial: 'waiting',
    states: {
      waiting: {
        after: { left: 'over' },
        on: {
          moved: { actions: assign({ deadline: 900 }) },
          restarted: { target: 'waiting', reenter: true, actions: assign({ deadline: 900 }) },
          asked: { target: 'waiting' },
        },
      },
      over: {},
    },
  });
  const start = (deadline: number) => {
    const clock = new VirtualClock(0);
    return {
      clock,
      actor: createActor(machine, { clock: clock as never, input: { deadline, at: 0 } }).start(),
    };
  };

  it('are computed from a stored deadline when the state is entered', () => {
    const { clock, actor } = start(500);
    expect(clock.nextDeadline()).toBe(500);
    clock.fireNext(500);
    expect(actor.getSnapshot().value).toBe('over');
  });

  it.each([
    ['moved', 500],
    ['asked', 500],
    ['restarted', 900],
  ])('a deadline that changes is armed anew only by entering again (%s)', (type, armed) => {
    const { clock, actor } = start(500);
    actor.send({ type } as never);
    expect(clock.nextDeadline()).toBe(armed);
  });

  it('a deadline that is past fires with the next timers, not at once', () => {
    const { clock, actor } = start(-5);
    expect(actor.getSnapshot().value).toBe('waiting');
    clock.fireNext(0);
    expect(actor.getSnapshot().value).toBe('over');
  });

  it('one that is no number crashes its actor by our clock, and would fire at once by another', () => {
    const clock = new VirtualClock(0);
    const error = vi.fn();
    const actor = createActor(machine, { clock: clock as never, input: { deadline: Number.NaN, at: 0 } });
    actor.subscribe({ error });
    actor.start();
    expect(String(error.mock.calls[0]?.[0])).toContain('not finite');
  });

  it('leave no timer behind when the actor stops', () => {
    const { clock, actor } = start(500);
    actor.stop();
    expect(clock.nextDeadline()).toBeNull();
  });

  it('are lost when a snapshot is restored: monitors start from their row instead', () => {
    const { actor } = start(500);
    const snapshot = actor.getPersistedSnapshot();
    const clock = new VirtualClock(0);
    createActor(machine, { clock: clock as never, snapshot, input: { deadline: 500, at: 0 } }).start();
    expect(clock.nextDeadline()).toBeNull();
  });
});

describe('what is forbidden', () => {
  it('restoring a snapshot runs invoked promises again', async () => {
    const work = vi.fn(async () => {});
    const machine = setup({ actors: { work: fromPromise(work) } }).createMachine({
      initial: 'a',
      states: { a: { invoke: { src: 'work' } } },
    });
    const actor = createActor(machine).start();
    createActor(machine, { snapshot: actor.getPersistedSnapshot() }).start();
    expect(work).toHaveBeenCalledTimes(2);
  });

  it('children of a crashed machine keep running: positions are leaves', () => {
    let alive = false;
    const child = fromCallback(() => {
      alive = true;
      return () => {
        alive = false;
      };
    });
    const actor = createActor(
      setup({ actors: { child } }).createMachine({ invoke: { src: 'child' }, on: { go: { actions: boom } } }),
    );
    actor.subscribe({ error: () => {} });
    actor.start();
    actor.send({ type: 'go' });
    expect({ status: actor.getSnapshot().status, alive }).toEqual({ status: 'error', alive: true });
  });

  it('a throwing inspector wedges the actor for good', () => {
    const machine = createMachine({
      initial: 'a',
      states: { a: { on: { go: 'b' } }, b: { on: { go: 'c' } }, c: {} },
    });
    let breaks = false;
    const inspect = ({ type }: InspectionEvent) =>
      breaks && type === '@xstate.snapshot' ? boom() : undefined;
    const actor = createActor(machine, { inspect });
    actor.start();
    breaks = true;
    expect(() => actor.send({ type: 'go' })).toThrow('boom');
    breaks = false;
    actor.send({ type: 'go' });
    expect(actor.getSnapshot().value).toBe('b');
  });
});
