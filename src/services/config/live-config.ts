import type { SettingChange } from '../../domain/method-change.ts';
import { type LiveSettings, liveSettings } from './live-settings.ts';
import type { LoadedConfig } from './load-config.ts';
import { METHOD_BLOCKS, METHOD_MONITORING } from './merge-tree.ts';
import type { PlainMap } from './method-blocks.ts';
import { diffSettings } from './method-diff.ts';
import type { Config } from './schema.ts';

/** What a reload makes of the configuration. */
export interface Reloading extends LoadedConfig {
  changed: SettingChange[];
  /** What differs and counts only after a restart; `from` is what counts until then. */
  needsRestart: SettingChange[];
}

/** The configuration as it counts now: what a reload may change is read here each time it is used. */
export class LiveConfig {
  #now: LoadedConfig;

  constructor(loaded: LoadedConfig) {
    this.#now = loaded;
  }

  get config(): Config {
    return this.#now.config;
  }

  readonly settings = (): LiveSettings => liveSettings(this.#now.config);

  /** What `next` would change, and the configuration that would count then. */
  compare(next: LoadedConfig): Reloading {
    const now = this.#now;
    const differs = diffSettings(now.blocks, next.blocks).map(hideSecrets);
    return {
      config: mergeConfig(now.config, next.config),
      blocks: mergeBlocks(now.blocks, next.blocks),
      changed: differs.filter(({ path }) => LIVE.test(path)),
      needsRestart: differs.filter(({ path }) => !LIVE.test(path) || PARTLY_LIVE.test(path)),
    };
  }

  adopt({ config, blocks }: LoadedConfig): void {
    this.#now = { config, blocks };
  }
}

const LIVE_BLOCKS = [...METHOD_BLOCKS, 'methods', 'adoption', 'entry', 'rebalance', 'log', 'alerts'] as const;
const LIVE_BREAKERS = ['daily_loss', 'api_errors', 'database_errors'] as const;

const LIVE = new RegExp(
  `^(${LIVE_BLOCKS.join('|')}|monitoring\\.(${METHOD_MONITORING.join('|')})|circuit_breakers\\.(${LIVE_BREAKERS.join('|')}))(\\.|\\[|$)`,
);

/** Methods take the new ages; the quote feed and the model feed keep those that they were started with. */
const PARTLY_LIVE = /^monitoring\.max_(quote|model)_age_seconds$/;

function mergeBlocks(now: PlainMap, next: PlainMap): PlainMap {
  return {
    ...now,
    ...pick(next, LIVE_BLOCKS),
    monitoring: { ...(now.monitoring as PlainMap), ...pick(next.monitoring as PlainMap, METHOD_MONITORING) },
    circuit_breakers: {
      ...(now.circuit_breakers as PlainMap),
      ...pick(next.circuit_breakers as PlainMap, LIVE_BREAKERS),
    },
  };
}

function mergeConfig(now: Config, next: Config): Config {
  const { urgency, maxQuoteAgeMs, maxModelAgeMs } = next.monitoring;
  const { tradingDayTimeZone } = now.circuitBreakers;
  return {
    ...now,
    exitPriorities: next.exitPriorities,
    exitExecution: next.exitExecution,
    exitPricing: next.exitPricing,
    exitConditions: next.exitConditions,
    trailingStop: next.trailingStop,
    partialExits: next.partialExits,
    liquidity: next.liquidity,
    methods: next.methods,
    adoption: next.adoption,
    entry: next.entry,
    rebalance: next.rebalance,
    log: next.log,
    alerts: next.alerts,
    monitoring: { ...now.monitoring, urgency, maxQuoteAgeMs, maxModelAgeMs },
    circuitBreakers: { ...next.circuitBreakers, tradingDayTimeZone },
  };
}

/** The database's URL may hold a password; the key's id is nobody's business either. */
function hideSecrets(change: SettingChange): SettingChange {
  if (change.path !== 'database.url' && change.path !== 'venue.api_key_id') return change;
  const hide = (value: string | null): string | null => value && '(not shown)';
  return { path: change.path, from: hide(change.from), to: hide(change.to) };
}

const pick = (block: PlainMap, keys: readonly string[]): PlainMap =>
  Object.fromEntries(Object.entries(block).filter(([key]) => keys.includes(key)));
