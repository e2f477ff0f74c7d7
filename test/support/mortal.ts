/** What one process reaches of a world that survives it: once it is gone, its timers end and no answer arrives. */
import type { Clock } from '../../src/actors/ports.ts';
import type { VirtualClock } from '../../src/services/clock.ts';

export interface Alive {
  alive: boolean;
}

export const never = <T>(): Promise<T> => new Promise(() => {});

export const orNever = async <T>(life: Alive, promise: Promise<T>): Promise<T> => {
  const value = await promise;
  return life.alive ? value : never();
};

export const whileAlive = (clock: VirtualClock, life: Alive): Clock => ({
  now: () => clock.now(),
  setTimeout: (fn, ms) => clock.setTimeout(() => (life.alive ? fn() : undefined), ms),
  clearTimeout: (handle) => clock.clearTimeout(handle),
});

/** What it asks of a thing whose members are all methods. */
export const reachedBy = <T extends object>(thing: T, life: Alive): T =>
  new Proxy(thing, {
    get(target, name) {
      const member = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) =>
        life.alive ? orNever(life, Promise.resolve(member.apply(target, args))) : never();
    },
  });
