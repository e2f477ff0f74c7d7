import { describe, expect, it } from 'vitest';
import { createActor, fromCallback } from 'xstate';
import { type SystemEvent, systemMachine } from '../../src/machines/system-machine.ts';
import { VirtualClock } from '../../src/services/clock.ts';
import { MINUTE, NOON, SECOND } from '../support/domain-builders.ts';

type Part = 'ledger' | 'desk' | 'watch' | 'feed' | 'reconciler' | 'discovery' | 'breakers' | 'entries';

/** The root in virtual time: its parts throw when told, and what it does comes out as lines. */
class SystemRig {
  readonly clock = new VirtualClock(NOON);
  readonly #log: string[] = [];
  readonly #actor;

  constructor() {
    const say = (line: string) => void this.#log.push(line);
    const part = (name: Part) =>
      fromCallback<{ type: string }>(({ receive }) => {
        say(`${name} starts`);
        receive(() => {
          throw new Error(`${name} broke`);
        });
        return () => say(`${name} stops`);
      });
    const machine = systemMachine.provide({
      actors: {
        ledger: part('ledger'),
        desk: part('desk'),
        watch: part('watch'),
        feed: part('feed'),
        reconciler: part('reconciler'),
        discovery: part('discovery'),
        breakers: part('breakers'),
        entries: part('entries'),
      },
      actions: {
        restartMonitor: (_, { positionId, afterMs, error }) =>
          say(`restart ${positionId} in ${afterMs} ms: ${error}`),
        quarantineMonitor: (_, { positionId, afterMs }) => say(`quarantine ${positionId} for ${afterMs} ms`),
        monitorRecovered: (_, { positionId }) => say(`${positionId} recovered`),
        reportCrash: (_, { part: name, error }) => say(`${name} crashed: ${error}`),
        openDesk: () => say('desk opens'),
        startMonitors: () => say('monitors start'),
        stopDeciding: () => say('no new decisions'),
      },
    });
    const supervision = {
      backoffMs: [500, 1000, 2000],
      maxCrashes: 3,
      windowMs: 60_000,
      quarantineRetryMs: 300_000,
    };
    this.#actor = createActor(machine, {
      clock: this.clock as never,
      input: { supervision, graceMs: 10_000, now: () => this.clock.now() },
    });
    this.#actor.subscribe({ error: (error) => say(`root: ${error}`) });
    this.#actor.start();
  }

  get status(): string {
    return this.#actor.getSnapshot().status;
  }
  get value() {
    return this.#actor.getSnapshot().value;
  }
  take(): string[] {
    return this.#log.splice(0);
  }
  send(event: SystemEvent): this {
    this.#actor.send(event);
    return this;
  }
  /** A monitor throws. */
  crash(positionId: string): this {
    return this.send({ type: 'monitor.crashed', positionId, error: 'a bug' });
  }
  /** A part throws. */
  break(name: Part): this {
    this.#actor.system.get(name)!.send({ type: 'break' });
    return this;
  }
  pass(ms: number): this {
    const until = this.clock.now() + ms;
    while (this.clock.fireNext(until));
    this.clock.moveTo(until);
    return this;
  }
}

describe('the root', () => {
  it('starts its parts, lets monitors watch, and opens the desk once the account was read', () => {
    const rig = new SystemRig();
    expect(rig.take()).toEqual([
      'ledger starts',
      'desk starts',
      'watch starts',
      'feed starts',
      'reconciler starts',
      'discovery starts',
      'breakers starts',
      'entries starts',
      'monitors start',
    ]);
    rig.send({ type: 'account.reconciled' }).send({ type: 'account.reconciled' });
    expect(rig.take()).toEqual(['desk opens']);
  });

  it.each<Part>(['feed', 'reconciler', 'discovery', 'breakers', 'entries'])(
    'restarts the %s in place, later each time',
    (name) => {
      const rig = new SystemRig();
      rig.take();
      const waits = [];
      for (let crash = 0; crash < 4; crash++) {
        rig.break(name);
        expect(rig.take()).toContain(`${name} crashed: ${name} broke`);
        let ms = 0;
        while (!rig.take().includes(`${name} starts`)) {
          rig.pass(100);
          ms += 100;
        }
        waits.push(ms);
      }
      expect(waits).toEqual([500, 1000, 2000, 2000]);
      rig.pass(MINUTE).break(name);
      rig.take();
      expect(rig.pass(500).take()).toEqual([`${name} starts`]);
      expect(rig.status).toBe('active');
    },
  );

  it.each<Part>(['ledger', 'desk', 'watch'])('ends with a crash of the %s', (name) => {
    const rig = new SystemRig();
    rig.break(name);
    expect(rig.take()).toContain(`${name} crashed: ${name} broke`);
    expect({ status: rig.status, value: rig.value }).toEqual({ status: 'done', value: 'dead' });
  });

  it('stops when the orders have settled', () => {
    const rig = new SystemRig();
    rig.send({ type: 'account.reconciled' });
    rig.take();
    rig.send({ type: 'stop.requested' });
    expect(rig.take()).toEqual(['no new decisions']);
    rig.send({ type: 'orders.settled' });
    expect({ status: rig.status, value: rig.value }).toEqual({ status: 'done', value: 'stopped' });
  });

  it('stops after its grace, also before the account was read', () => {
    const rig = new SystemRig();
    rig.send({ type: 'stop.requested' }).send({ type: 'account.reconciled' });
    expect(rig.take()).not.toContain('desk opens');
    rig.pass(9_999);
    expect(rig.status).toBe('active');
    rig.pass(1);
    expect(rig.value).toBe('stopped');
  });
});

describe('monitors', () => {
  it('are restarted with backoff, each on its own count', () => {
    const rig = new SystemRig();
    rig.take();
    rig.crash('1').crash('2').crash('1').pass(MINUTE).crash('1');
    expect(rig.take()).toEqual([
      'restart 1 in 500 ms: a bug',
      'restart 2 in 500 ms: a bug',
      'restart 1 in 1000 ms: a bug',
      'restart 1 in 500 ms: a bug',
    ]);
  });

  it('are quarantined after more than 3 crashes in 60 s, and again while they do not last', () => {
    const rig = new SystemRig();
    rig.take();
    for (let crash = 0; crash < 4; crash++) rig.crash('1').pass(10 * SECOND);
    expect(rig.take()).toEqual([
      'restart 1 in 500 ms: a bug',
      'restart 1 in 1000 ms: a bug',
      'restart 1 in 2000 ms: a bug',
      'quarantine 1 for 300000 ms',
    ]);
    rig
      .pass(290 * SECOND)
      .send({ type: 'monitor.started', positionId: '1' })
      .pass(59 * SECOND)
      .crash('1');
    expect(rig.take()).toEqual(['quarantine 1 for 300000 ms']);
  });

  it('have recovered once they have lasted 60 s', () => {
    const rig = new SystemRig();
    rig.take();
    for (let crash = 0; crash < 4; crash++) rig.crash('1');
    rig.pass(300 * SECOND).send({ type: 'monitor.started', positionId: '1' });
    rig.take();
    rig.pass(MINUTE - 1);
    expect(rig.take()).toEqual([]);
    rig.pass(1);
    expect(rig.take()).toEqual(['1 recovered']);
    rig.crash('1');
    expect(rig.take()).toEqual(['restart 1 in 500 ms: a bug']);
  });

  it('are forgotten when their position is closed', () => {
    const rig = new SystemRig();
    rig.take();
    rig
      .crash('1')
      .send({ type: 'monitor.started', positionId: '1' })
      .send({ type: 'monitor.closed', positionId: '1' });
    rig.send({ type: 'monitor.closed', positionId: '2' }).pass(2 * MINUTE);
    expect(rig.take()).toEqual(['restart 1 in 500 ms: a bug', '1 recovered']);
  });
});
