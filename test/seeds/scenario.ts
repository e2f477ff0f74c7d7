/** What one seed makes of an hour before anything happens in it. */
import type { Method } from '../../src/domain/method.ts';
import { loadConfig } from '../../src/services/config/load-config.ts';
import type { Config } from '../../src/services/config/schema.ts';
import { defaultMethod, MINUTE, methodWithoutPartialExits, SECOND } from '../support/domain-builders.ts';
import { type Draw, drawFor } from './draw.ts';
import { FAULTS, type FaultKind } from './faults/catalogue.ts';
import { drawPlay, KINDS, type Play } from './plays.ts';

export const HOUR = 60 * MINUTE;
/** From then on all goes well (ms after the start). */
export const CALM_AT = 42 * MINUTE;
/** From then on everything still held is sold (ms after the start). */
export const SELL_AT = 45 * MINUTE;

export interface Scenario {
  seed: number;
  mode: 'poll' | 'stream';
  /** An embedded database is its process's alone; a server may be reached by a second one. */
  database: 'embedded' | 'server';
  plays: Play[];
  config: Config;
  methods: Method[];
  /** How often rows are written for the mark alone (ms); null: never. */
  rowWriteMs: number | null;
  /** Faults come in storms, with quiet between them (ms after the start). */
  storms: { from: number; until: number; everyMs: number; faults: readonly FaultKind[] }[];
}

const defaults = loadConfig({ env: {} });

const plain: Method = { ...methodWithoutPartialExits(), name: 'plain' };
const patient: Method = (() => {
  const method = methodWithoutPartialExits();
  const { trailing_stop, liquidity_dried_up } = method.conditions;
  return {
    ...method,
    name: 'patient',
    conditions: {
      ...method.conditions,
      trailing_stop: { ...trailing_stop, enabled: false },
      liquidity_dried_up: { ...liquidity_dried_up, enabled: false },
    },
  };
})();

export function drawScenario(seed: number): Scenario {
  const draw = drawFor(seed, 'scenario');
  const storms = drawStorms(draw);
  const plays = drawPlays(draw, storms);
  return {
    seed,
    mode: draw.chance(0.5) ? 'poll' : 'stream',
    database: draw.chance(0.5) ? 'embedded' : 'server',
    plays,
    config: configOf(plays, draw),
    rowWriteMs: draw.chance(0.3) ? 30 * SECOND : null,
    methods: methodsOf(draw.chance(0.3)),
    storms,
  };
}

/** In some hours patient exits let each of their orders rest for minutes, in which a person may sell what they offer. */
function methodsOf(isSlow: boolean): Method[] {
  const methods = [defaultMethod(), plain, patient];
  if (!isSlow) return methods;
  return methods.map((method) => ({
    ...method,
    execution: {
      ...method.execution,
      MEDIUM: { ...method.execution.MEDIUM, timeoutMs: 3 * MINUTE },
      LOW: { ...method.execution.LOW, timeoutMs: 4 * MINUTE, walkTimeoutMs: 2 * MINUTE },
    },
  }));
}

/** One in four hours is about what is bought, in half of them at one time; the others are about what is held. */
function drawPlays(draw: Draw, storms: Scenario['storms']): Play[] {
  const buys = draw.chance(0.25);
  const count = buys ? 3 : draw.pick([1, 1, 2, 3]);
  const isTogether = draw.chance(0.5);
  let bought: number | null = null;
  return Array.from({ length: count }, (_, i) => {
    const kind = buys && i > 0 ? 'is bought' : draw.pick(KINDS);
    const own = drawBeginning(draw, storms);
    const at = kind === 'is bought' && isTogether ? (bought ?? own) : own;
    if (kind === 'is bought') bought = at;
    return drawPlay(i, kind, at, draw);
  });
}

/** Most stories begin shortly before a storm or in it, so that their exits meet it (ms after the start). */
function drawBeginning(draw: Draw, storms: Scenario['storms']): number {
  if (storms.length === 0 || draw.chance(0.25)) return draw.between(1, 32) * MINUTE;
  const { from, until } = draw.pick(storms);
  return Math.max(MINUTE, draw.between(from - 2 * MINUTE, Math.min(until, 36 * MINUTE)));
}

function configOf(plays: readonly Play[], draw: Draw): Config {
  const { monitoring, circuitBreakers, entry, adoption } = defaults;
  return {
    ...defaults,
    monitoring: {
      ...monitoring,
      normalFrequencyMs: draw.pick([10, 30, 30]) * SECOND,
      discoveryIntervalMs: draw.pick([15, 60, 60]) * SECOND,
    },
    adoption: {
      ...adoption,
      rules: [
        { series: 'KXPLAIN', method: 'plain' },
        { series: 'KXFAR', method: 'patient' },
      ],
    },
    venue: { ...defaults.venue, adopt: 'all' },
    circuitBreakers: {
      ...circuitBreakers,
      dailyLoss: {
        ...circuitBreakers.dailyLoss,
        limit: draw.pick([500_000_000, 500_000_000, 4_000_000, 1_500_000]),
      },
      // Faults are so frequent here that these would forbid every entry.
      apiErrors: { ...circuitBreakers.apiErrors, maxErrors: draw.pick([5, 60]) },
      databaseErrors: { ...circuitBreakers.databaseErrors, maxErrors: draw.pick([3, 60]) },
    },
    entry: {
      ...entry,
      enabled: plays.some(({ kind }) => kind === 'is bought'),
      maxOpenPositions: draw.between(1, 3),
      maxBookShare: 1_000_000,
      maxGroupExposure: draw.pick([2_000, 100_000]),
      reentryAfterMs: draw.pick([2, 30]) * MINUTE,
    },
  };
}

/** Storms of half a minute to six minutes, in which some kinds of faults come and others don't. */
function drawStorms(draw: Draw): Scenario['storms'] {
  const storms: Scenario['storms'] = [];
  for (let at = draw.between(20, 240) * SECOND; at < CALM_AT - MINUTE; ) {
    const until = Math.min(CALM_AT - MINUTE, at + draw.between(30, 360) * SECOND);
    const share = draw.pick([0.15, 0.4, 1]);
    const faults = FAULTS.filter(() => draw.chance(share));
    if (faults.length > 0) storms.push({ from: at, until, everyMs: draw.between(4, 20) * SECOND, faults });
    at = until + draw.between(30, 240) * SECOND;
  }
  return storms;
}
