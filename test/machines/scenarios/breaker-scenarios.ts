import { expect } from 'vitest';
import { type ErrorGiven, ErrorRig, type LossGiven, LossRig } from '../../support/breaker-rigs.ts';
import { NOON } from '../../support/domain-builders.ts';

interface Told<Given, Rig> {
  name: string;
  given: Given;
  play: (rig: Rig) => void;
}

const AT_ONCE = { confirmations: 1, confirmForMs: 0 };

/** The daily-loss breaker (SPEC 9), told in lines. */
export const LOSS_SCENARIOS: Told<LossGiven, LossRig>[] = [
  {
    name: 'a loss within the limit, and a profit beyond it, trip nothing',
    given: {},
    play: (rig) => {
      rig.measured(-499).pass(5).measured(5_000).pass(5).measured(0);
      expect({ state: rig.state, said: rig.take() }).toEqual({ state: 'watching', said: [] });
    },
  },
  {
    name: 'a loss of exactly the limit, seen again 10 s later, trips; it is measured when that is due',
    given: {},
    play: (rig) => {
      rig.measured(-500);
      expect(rig.state).toBe('suspecting');
      rig.pass(9.999);
      expect(rig.take()).toEqual([]);
      rig.pass(0.001);
      expect(rig.take()).toEqual(['10 s: measures']);
      rig.measured(-510);
      expect({ state: rig.state, said: rig.take() }).toEqual({
        state: 'tripped',
        said: ['10 s: trips at -510 of 500, seen 2 times since 0 s'],
      });
    },
  },
  {
    name: 'seen often in less than 10 s: not yet',
    given: {},
    play: (rig) => {
      rig.measured(-600).pass(5).measured(-600).pass(4).measured(-600);
      expect(rig.state).toBe('suspecting');
      rig.pass(1).measured(-600);
      expect(rig.take()).toEqual(['10 s: measures', '10 s: trips at -600 of 500, seen 4 times since 0 s']);
    },
  },
  {
    name: 'back within the limit meanwhile: it begins anew',
    given: {},
    play: (rig) => {
      rig.measured(-600).pass(5).measured(-499);
      expect(rig.state).toBe('watching');
      rig.pass(5).measured(-600).pass(5).measured(-600);
      expect({ state: rig.state, said: rig.take() }).toEqual({ state: 'suspecting', said: [] });
    },
  },
  {
    name: 'disarmed meanwhile: it begins anew',
    given: {},
    play: (rig) => {
      rig.measured(-600).pass(10).measured(-600, null);
      expect(rig.state).toBe('watching');
    },
  },
  {
    name: 'where one sighting is enough, it trips at once',
    given: { rule: AT_ONCE },
    play: (rig) => {
      rig.measured(-500);
      expect(rig.take()).toEqual(['0 s: trips at -500 of 500, seen 1 times since 0 s']);
      rig.measured(-900);
      expect({ state: rig.state, said: rig.take() }).toEqual({ state: 'tripped', said: [] });
    },
  },
  {
    name: 'tripped in an earlier life: only a reset ends it, and then it may trip again',
    given: { tripped: true },
    play: (rig) => {
      rig.measured(2_000).pass(86_400);
      expect(rig.state).toBe('tripped');
      rig.reset();
      expect({ state: rig.state, said: rig.take() }).toEqual({
        state: 'watching',
        said: ['86400 s: is reset'],
      });
      rig.measured(-700).pass(10).measured(-700);
      expect(rig.state).toBe('tripped');
    },
  },
  {
    name: 'after a reset one sighting is not enough again',
    given: {},
    play: (rig) => {
      rig.measured(-600).pass(10).measured(-600).reset().pass(100).measured(-600);
      expect(rig.state).toBe('suspecting');
    },
  },
  {
    name: 'a reset of one that is not tripped changes nothing',
    given: {},
    play: (rig) => {
      rig.reset();
      expect({ state: rig.state, said: rig.take() }).toEqual({ state: 'watching', said: [] });
    },
  },
];

/** The API breaker, which heals, and the database breaker, which does not. */
export const ERROR_SCENARIOS: Told<ErrorGiven, ErrorRig>[] = [
  {
    name: 'more errors than allowed within the window trip it',
    given: {},
    play: (rig) => {
      rig.failed().pass(10).failed().pass(49).failed('the third');
      expect({ state: rig.state, said: rig.take() }).toEqual({
        state: 'tripped',
        said: ['59 s: trips at 3 errors: the third'],
      });
    },
  },
  {
    name: 'an error that has left the window does not count',
    given: {},
    play: (rig) => {
      rig.failed().pass(10).failed().pass(50).failed();
      expect(rig.state).toBe('watching');
    },
  },
  {
    name: 'it heals when the window is clear, later with every further error',
    given: {},
    play: (rig) => {
      rig.failed().failed().failed().pass(30).failed().pass(59.999);
      expect(rig.state).toBe('tripped');
      rig.pass(0.001);
      expect({ state: rig.state, said: rig.take().at(-1) }).toEqual({
        state: 'watching',
        said: '90 s: heals',
      });
      rig.failed().failed();
      expect(rig.state).toBe('watching');
    },
  },
  {
    name: 'restored: it heals when the errors before are over',
    given: { tripped: true, times: [NOON - 20_000, NOON - 15_000] },
    play: (rig) => {
      rig.pass(44.999);
      expect(rig.state).toBe('tripped');
      rig.pass(0.001);
      expect(rig.take()).toEqual(['45 s: heals']);
    },
  },
  {
    name: 'one that does not heal waits for an operator',
    given: { heals: false },
    play: (rig) => {
      rig.failed().failed().failed().pass(86_400);
      expect(rig.state).toBe('tripped');
      rig.reset();
      expect({ state: rig.state, said: rig.take().at(-1) }).toEqual({
        state: 'watching',
        said: '86400 s: is reset',
      });
    },
  },
  {
    name: 'an operator may reset one that would heal, and it counts from nothing',
    given: {},
    play: (rig) => {
      rig.failed().failed().failed().reset().failed().failed();
      expect(rig.state).toBe('watching');
    },
  },
];

export const playLoss = (
  { given, play }: (typeof LOSS_SCENARIOS)[number],
  inspect?: LossGiven['inspect'],
): void => play(new LossRig({ ...given, ...(inspect ? { inspect } : {}) }));
export const playErrors = (
  { given, play }: (typeof ERROR_SCENARIOS)[number],
  inspect?: ErrorGiven['inspect'],
): void => play(new ErrorRig({ ...given, ...(inspect ? { inspect } : {}) }));
