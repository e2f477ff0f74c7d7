import type { DiscoveryOptions } from '../actors/account/discovery.ts';
import type { AccountHistory } from '../actors/breakers/breaker-book.ts';
import type { ActorObserver, EvaluationTimer } from '../actors/inspection.ts';
import type {
  AlertRecord,
  Clock,
  EntryFile,
  Ids,
  LocalJournal,
  Notifier,
  PositionFile,
  Store,
  Venue,
} from '../actors/ports.ts';
import type { PositionMarket } from '../actors/watch/monitors.ts';
import type { Method } from '../domain/method.ts';
import type { Position } from '../domain/position.ts';
import type { LiveSettings } from '../services/config/live-settings.ts';
import type { Config } from '../services/config/schema.ts';

/** Everything in which one life of the program differs from another. */
export interface Composition {
  config: Config;
  /** What a reload may have changed since; default: what `config` says. */
  settings?: () => LiveSettings;
  clock: Clock;
  venue: Venue;
  store: Store;
  /** Takes the writes while the database is out of order; absent: they wait. */
  journal?: LocalJournal;
  /** How long a commit may take (ms) before it counts as failed, and how often a database out of order is tried. */
  storeWaits?: { patienceMs: number; probeMs: number };
  notifier: Notifier;
  epoch: number;
  instance: string;
  mode: 'poll' | 'stream';
  /** The lease is ours at this moment. */
  mayTrade: () => boolean;
  /** Every version that a stored position may name. */
  methods: Method[];
  positions: PositionFile[];
  /** Entries that an earlier life left under way; absent: none. */
  entries?: EntryFile[];
  ids: Ids;
  openAlerts: AlertRecord[];
  /** The account as it was stored; absent: a new one. */
  account?: AccountHistory;
  /** How often rows are written for the mark alone (ms); null: never. */
  rowWriteMs: number | null;
  /** What one position knows of its market beside what the venue says. */
  marketOf?: PositionMarket;
  observe?: ActorObserver;
  /** Practice: may throw in the middle of a position's evaluation. */
  drill?: ((position: Position) => void) | undefined;
  /** Makes a position of what the account holds and no position covers. */
  adopt?: DiscoveryOptions['adopt'];
  called?: (kind: 'books' | 'markets', at: number) => void;
  delayed?: (delayMs: number, at: number) => void;
  evaluating?: EvaluationTimer;
}

/** How patient the ledger is with the database (ms). */
export const STORE_WAITS = { patienceMs: 5_000, probeMs: 2_000 };
