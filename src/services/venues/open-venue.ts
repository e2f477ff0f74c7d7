import type { Clock, Venue } from '../../actors/ports.ts';
import type { Position } from '../../domain/position.ts';
import type { Config } from '../config/schema.ts';
import type { KalshiConfig, PaperConfig } from '../config/schema-venue.ts';
import type { Log } from '../log/log.ts';
import { type Lot, missingOf, refuseUncovered } from './cover-lots.ts';
import { openKalshi } from './kalshi/open-kalshi.ts';
import type { BookSource } from './paper/book-source.ts';
import { feeModel } from './paper/fees.ts';
import { createGeneratorSource } from './paper/generator.ts';
import { generatedMarket } from './paper/generator-specs.ts';
import type { PaperStore } from './paper/paper-store.ts';
import { PaperVenue } from './paper/paper-venue.ts';
import { readRecording } from './paper/recording.ts';
import { joinRecording, playRecording } from './paper/recording-source.ts';

export interface VenueOptions {
  config: Config;
  clock: Clock;
  /** The paper account, for as long as the lease is ours. */
  paper: PaperStore;
  /** When this data began (ms): paper markets go on over a restart from where they were. */
  startedAt: number;
  /** Prefix of the client ids of this store's orders. */
  ownPrefix: string;
  /** The lease is ours at this moment. */
  mayTrade: () => boolean;
  log: Log;
}

export interface OpenVenue {
  venue: Venue;
  mode: 'poll' | 'stream';
  /**
   * Before a lot is adopted: a paper account is given what it does not hold of it yet; a real one must hold it, or an
   * OperationError says what it holds.
   */
  cover(lot: Lot, open: readonly Position[]): Promise<void>;
}

/** Opens the venue that the configuration names. */
export async function openVenue(options: VenueOptions): Promise<OpenVenue> {
  const { venue } = options.config;
  return venue.kind === 'kalshi' ? openExchange(venue, options) : openPaper(venue, options);
}

function openExchange(config: KalshiConfig, { clock, ownPrefix, mayTrade, log }: VenueOptions): OpenVenue {
  const venue = openKalshi({ config, clock, ownPrefix, mayTrade, log });
  return {
    venue,
    mode: venue.capabilities.streaming ? 'stream' : 'poll',
    cover: async (lot, open) => refuseUncovered(lot, open, await heldBy(venue, lot)),
  };
}

async function openPaper(config: PaperConfig, options: VenueOptions): Promise<OpenVenue> {
  const { clock, paper } = options;
  const venue = await PaperVenue.open({
    source: await openSource(config, options),
    store: paper,
    clock,
    fees: feeModel(config.fees),
    cash: config.cash,
  });
  return {
    venue,
    mode: venue.capabilities.streaming ? 'stream' : 'poll',
    cover: async (lot, open) => {
      const missing = missingOf(lot, open, await heldBy(venue, lot));
      if (missing) await venue.credit(missing.market, missing.side, missing.quantity, missing.cost);
    },
  };
}

async function openSource(
  venue: PaperConfig,
  { clock, startedAt, mayTrade, log }: VenueOptions,
): Promise<BookSource> {
  const onError = (error: unknown) => {
    if (mayTrade()) log.error({ err: error }, 'the paper exchange could not take in what its markets did');
  };
  const onEnd = () => log.info('the paper markets have come to their end');
  if (venue.source === 'recording') {
    const recorded = joinRecording(await readRecording(venue.file));
    return playRecording(recorded, { clock, startAt: startedAt, onError, onEnd });
  }
  const specs = venue.markets.map(generatedMarket);
  return createGeneratorSource({
    specs,
    seed: `${venue.seed}`,
    stepMs: 1_000,
    startAt: startedAt,
    clock,
    onError,
    onEnd,
  });
}

async function heldBy(venue: Venue, { market, side }: Lot): Promise<number> {
  const account = await venue.account();
  if (account.kind === 'unavailable') throw new Error(`the account can't be read: ${account.reason}`);
  return account.value.holdings.find((h) => h.market === market && h.side === side)?.quantity ?? 0;
}
