import type { z } from 'zod';
import { listWords } from './nearest-word.ts';
import { alertsSchema } from './schema-alerts.ts';
import {
  exitConditionsSchema,
  liquiditySchema,
  partialExitsSchema,
  trailingStopSchema,
} from './schema-conditions.ts';
import { exitExecutionSchema, exitPricingSchema, exitPrioritiesSchema } from './schema-execution.ts';
import {
  adoptionSchema,
  circuitBreakersSchema,
  clockSchema,
  databaseSchema,
  dataDirSchema,
  entrySchema,
  leaseSchema,
  logSchema,
  METHOD_NAME,
  METHOD_NAME_WORDS,
  methodEntrySchema,
  modelSchema,
  rebalanceSchema,
  retriesSchema,
  serverSchema,
  shutdownSchema,
  supervisionSchema,
} from './schema-host.ts';
import { methodMonitoringSchema, monitoringSchema } from './schema-monitoring.ts';
import { drillSchema, trackedSchema, venueSchema } from './schema-venue.ts';
import { crossCheck, mapping, named, type Report } from './shapes.ts';

const exitShape = {
  exit_priorities: exitPrioritiesSchema,
  exit_execution: exitExecutionSchema,
  exit_pricing: exitPricingSchema,
  exit_conditions: exitConditionsSchema,
  trailing_stop: trailingStopSchema,
  partial_exits: partialExitsSchema,
  liquidity: liquiditySchema,
};

const methodSchema = mapping({
  ...exitShape,
  monitoring: methodMonitoringSchema,
  entry: methodEntrySchema,
}).transform((block) => ({ ...renameExits(block), monitoring: block.monitoring, entry: block.entry }));

/** What a method says of exits, without what it says of entries. */
export const methodRulesSchema = mapping({ ...exitShape, monitoring: methodMonitoringSchema }).transform(
  (block) => ({ ...renameExits(block), monitoring: block.monitoring }),
);

const wholeSchema = crossCheck(
  mapping({
    monitoring: monitoringSchema,
    ...exitShape,
    methods: named(methodSchema, METHOD_NAME_WORDS, METHOD_NAME),
    supervision: supervisionSchema,
    retries: retriesSchema,
    circuit_breakers: circuitBreakersSchema,
    entry: entrySchema,
    model: modelSchema,
    rebalance: rebalanceSchema,
    adoption: adoptionSchema,
    venue: venueSchema,
    clock: clockSchema,
    tracked: trackedSchema,
    drill: drillSchema,
    database: databaseSchema,
    data_dir: dataDirSchema,
    server: serverSchema,
    shutdown: shutdownSchema,
    lease: leaseSchema,
    log: logSchema,
    alerts: alertsSchema,
  }),
  (config, report) => {
    checkMethodNames(config, report);
    checkMarkets(config, report);
    checkVenue(config, report);
  },
);
type WholeBlocks = z.output<typeof wholeSchema>;

/** Decodes a configuration with all its defaults in place (SPEC 12): texts in, exact integers and ms out. */
export const configSchema = wholeSchema.transform((block) => ({
  ...renameExits(block),
  monitoring: block.monitoring,
  /** All named methods besides `default`, which is what the blocks of the top level say. */
  methods: block.methods,
  supervision: block.supervision,
  retries: block.retries,
  circuitBreakers: block.circuit_breakers,
  entry: block.entry,
  model: block.model,
  rebalance: block.rebalance,
  adoption: block.adoption,
  venue: block.venue,
  clock: block.clock,
  tracked: block.tracked.map((lot) => ({
    ...lot,
    method: lot.method ?? block.adoption.method,
    confidence: lot.confidence ?? block.adoption.confidence,
  })),
  drill: block.drill,
  database: block.database,
  dataDir: block.data_dir,
  server: block.server,
  shutdown: block.shutdown,
  lease: block.lease,
  log: block.log,
  alerts: block.alerts,
}));

export type Config = z.output<typeof configSchema>;
/** What makes a method: the top level of a Config, and each of its named methods. */
export type MethodBlocks = z.output<typeof methodSchema>;

const exitBlocks = mapping(exitShape);

function renameExits(block: z.output<typeof exitBlocks>) {
  return {
    exitPriorities: block.exit_priorities,
    exitExecution: block.exit_execution,
    exitPricing: block.exit_pricing,
    exitConditions: block.exit_conditions,
    trailingStop: block.trailing_stop,
    partialExits: block.partial_exits,
    liquidity: block.liquidity,
  };
}

function checkMethodNames(config: WholeBlocks, report: Report): void {
  if (typeof config.methods !== 'object') return;
  if (Object.hasOwn(config.methods, 'default')) {
    report(
      ['methods', 'default'],
      'the method default is what the blocks of the top level say: change those',
    );
  }
  const known = [...new Set(['default', ...Object.keys(config.methods)])];
  const check = (name: unknown, path: PropertyKey[]) => {
    if (typeof name === 'string' && !known.includes(name)) {
      report(path, `there is no method ${JSON.stringify(name.slice(0, 80))}: must be ${listWords(known)}`);
    }
  };
  check(config.adoption?.method, ['adoption', 'method']);
  if (Array.isArray(config.adoption?.rules)) {
    config.adoption.rules.forEach((rule, index) => {
      check(rule?.method, ['adoption', 'rules', index, 'method']);
    });
  }
  if (Array.isArray(config.tracked)) {
    config.tracked.forEach((lot, index) => {
      check(lot?.method, ['tracked', index, 'method']);
    });
  }
}

/** What does not go with the venue that is chosen. */
function checkVenue({ venue, clock, drill, tracked }: WholeBlocks, report: Report): void {
  if (venue?.adopt === 'none' && Array.isArray(tracked) && tracked.length > 0)
    report(['tracked'], 'must be empty: venue.adopt is none, which adopts only what is tracked by hand');
  if (venue?.kind !== 'kalshi') return;
  if (typeof clock?.speed === 'number' && clock.speed !== 1)
    report(['clock', 'speed'], 'must be 1: only the paper venue has a clock of its own');
  if (Array.isArray(drill?.crashMonitor) && drill.crashMonitor.length > 0)
    report(
      ['drill', 'crash_monitor'],
      'must be empty: monitors are crashed for practice on the paper venue only',
    );
  if (Array.isArray(drill?.modelSays) && drill.modelSays.length > 0)
    report(['drill', 'model_says'], 'must be empty: models are played for practice on the paper venue only');
}

function checkMarkets(config: WholeBlocks, report: Report): void {
  const { venue, tracked, drill } = config;
  if (venue?.kind !== 'paper' || venue.source !== 'generator' || !Array.isArray(venue.markets)) return;
  const known = new Set(venue.markets.map((market) => market?.market));
  const check = (market: unknown, path: PropertyKey[]) => {
    if (typeof market === 'string' && !known.has(market)) {
      report(
        path,
        `the generator has no market ${JSON.stringify(market.slice(0, 80))}: must be one of venue.markets`,
      );
    }
  };
  if (Array.isArray(tracked)) {
    tracked.forEach((lot, index) => {
      check(lot?.market, ['tracked', index, 'market']);
    });
  }
  if (Array.isArray(drill?.crashMonitor)) {
    drill.crashMonitor.forEach((crash, index) => {
      check(crash.market, ['drill', 'crash_monitor', index, 'market']);
    });
  }
  if (Array.isArray(drill?.modelSays)) {
    drill.modelSays.forEach((word, index) => {
      check(word.market, ['drill', 'model_says', index, 'market']);
    });
  }
}
