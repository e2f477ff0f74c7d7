/** What happens to the process itself. */
import { MINUTE, SECOND } from '../../support/domain-builders.ts';
import type { Draw } from '../draw.ts';
import type { Hour } from '../hour.ts';
import { LEASE_MS } from '../life.ts';
import { Probe } from '../probe.ts';
import type { Strike } from './catalogue.ts';

/** From milliseconds to most of the hour, the short ones more often. */
const pauseMs = (draw: Draw): number =>
  draw.chance(0.05)
    ? draw.between(15, 40) * MINUTE
    : draw.pick([draw.between(1, 1_000), draw.between(1, 30) * SECOND, draw.between(30, 300) * SECOND]);

/** Of a process that dies soon: until it does, and until all is looked after again. */
const AFTER_MS = MINUTE;

const dies =
  (when: 'before' | 'after', farthest: number): Strike =>
  (hour, draw) => {
    const { life } = hour;
    if (!life.alive || life.death !== null || !draw.chance(0.35)) return null;
    life.death = { calls: draw.between(1, farthest), when, restartMs: pauseMs(draw) };
    return AFTER_MS;
  };

/** Long enough that the lease is over, and another machine may take it. */
const takenOver = (hour: Hour, draw: Draw): number | null => {
  const { life } = hour;
  if (hour.scenario.database !== 'server' || !life.isTrading || hour.others.length > 0) return null;
  const isAtWork = life
    .postern!.watch()
    .positions()
    .some(({ exit }) => exit?.attempt != null);
  if (!draw.chance(isAtWork ? 0.8 : 0.2)) return null;
  const forMs = LEASE_MS + draw.between(5, 120) * SECOND;
  life.freeze(forMs);
  hour.clock.setTimeout(
    () => {
      if (life.alive && life === hour.life) hour.takeOver();
    },
    LEASE_MS + draw.between(-4, 4) * SECOND,
  );
  return forMs + AFTER_MS;
};

export const PROCESS_FAULTS = {
  'killed before a call': dies('before', 60),
  'killed after a call': dies('after', 25),
  'stopped by a signal': (hour, draw) => {
    if (!hour.life.isTrading || !draw.chance(0.15)) return null;
    hour.life.stop();
    return AFTER_MS;
  },
  'stands still': (hour, draw) => {
    const { life } = hour;
    if (!life.alive || life.isFrozen || !draw.chance(0.5)) return null;
    const forMs = draw.between(1, 14) * SECOND;
    life.freeze(forMs);
    return forMs + AFTER_MS;
  },
  'frozen while another takes over': takenOver,
  'clock set': (hour, draw) => {
    hour.skewMs = draw.pick([-1, 1]) * draw.pick([200, 2_000, draw.between(1, 20) * SECOND]);
    return AFTER_MS;
  },
  'domain code throws': (hour, draw) => {
    if (!Probe.isThere) return null;
    hour.probe.arm(draw.between(1, draw.pick([50, 2_000])));
    return AFTER_MS;
  },
} satisfies Record<string, Strike>;

export function endProcessFaults(hour: Hour): void {
  hour.probe.disarm();
  hour.life.death = null;
  if (hour.skewMs !== 0) hour.trouble(AFTER_MS);
  hour.skewMs = 0;
}
