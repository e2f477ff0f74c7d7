import { ALERT_KINDS, type AlertKind } from '../../actors/alert-kinds.ts';

/** What Postern does next about an incident, and what a person should do; a sentence or two each. */
export interface Advice {
  next: string;
  you: string;
}

const BY_HAND = 'sell by hand at the venue what can not wait';

const ADVICE: Record<AlertKind, Advice> = {
  exit_failed: {
    next: 'It is watched at the urgent cadence and goes on when a trigger meets a bid. After a refusal that retrying can not cure, only you go on.',
    you: 'Look at its market and orders at the venue. `postern retry {position}` tries now, `postern resume {position}` only watches.',
  },
  exit_gave_up: {
    next: 'It is watched on. This condition rests a few minutes; more urgent ones act at once.',
    you: 'Nothing, unless you want out now: `postern exit {position}`.',
  },
  exit_held_up: {
    next: 'Its order is tried on, and a more urgent trigger takes over.',
    you: 'Look at the venue why it refuses: the key, the account, your own orders in this market.',
  },
  order_in_doubt: {
    next: 'The venue is asked again and again; nothing else is sent for it before it answers.',
    you: 'Look at the venue whether the order rests, was filled or is not there. Cancelled there, it is over here too.',
  },
  position_orphaned: {
    next: 'Quotes are asked for on, and the first fresh one decides. Until then only the clock and a tripped breaker can trigger an exit.',
    you: `Check the venue and the network; ${BY_HAND}.`,
  },
  position_unread: {
    next: 'Its row is read again every few seconds; until then nobody watches it.',
    you: `See that the database runs, and watch this position yourself; ${BY_HAND}.`,
  },
  illiquid_since_adoption: {
    next: 'The condition liquidity_dried_up waits for a first liquid book; all others work.',
    you: 'Nothing; expect an exit to sell well below the last price.',
  },
  monitor_quarantined: {
    next: 'Its monitor is started again every few minutes, and its live order is still looked after.',
    you: 'Watch this position yourself meanwhile, and look into the log for the error.',
  },
  holdings_short: {
    next: 'Its newest lot shrinks to what the venue holds, and no more than that is sold.',
    you: 'If you did not sell it yourself, compare with the account at the venue.',
  },
  holdings_excess: {
    next: 'Nobody watches these contracts.',
    you: '`postern track` them with their entry price, or set venue.adopt to all.',
  },
  holding_not_adopted: {
    next: 'Nobody watches these contracts; Postern looks again at each read of the account.',
    you: '`postern track` them with their entry price.',
  },
  account_unread: {
    next: 'It is read again, at longer and longer waits. What is watched is still watched and sold; after a start nothing is sold before the first read.',
    you: '`postern doctor` says whether it is the key, the network or the venue.',
  },
  loss_limit_reached: {
    next: 'Every position is sold at CRITICAL and nothing is bought, until you reset the breaker.',
    you: 'Look at `postern report`. `postern breakers reset daily_loss --until-tomorrow --reason TEXT` ends it.',
  },
  api_errors: {
    next: 'Nothing is bought until the errors stop; watching and exits go on. It resets itself.',
    you: 'Nothing at first. If it lasts, `postern doctor` looks for the cause.',
  },
  database_errors: {
    next: 'Nothing is bought, and MEDIUM and LOW exits wait; CRITICAL and HIGH exits go on.',
    you: 'Mend the database, then `postern breakers reset database --reason TEXT`.',
  },
  entries_paused: {
    next: 'Nothing is bought; watching and exits go on.',
    you: '`postern entries resume --reason TEXT` when entries may begin again.',
  },
  entry_failed: {
    next: 'Nothing more is bought for this edge. Other entries, watching and exits go on.',
    you: 'Look at the venue what it has bought, and into the log for the error. `postern entries` shows what became of the edge.',
  },
  database_down: {
    next: 'It is tried again every few seconds; what the journal file kept is brought in when it answers.',
    you: 'See that the database runs and that its disk has room.',
  },
  journal_unwritable: {
    next: 'Both are tried again. While the database does not answer either, nothing is sent.',
    you: `Make room on the disk of the data folder, now; ${BY_HAND}.`,
  },
  journal_not_replayed: {
    next: 'Postern goes on without that file, by what the venue says of account and orders.',
    you: 'Compare `postern positions` with the venue, then remove the file.',
  },
  exchange_halted: {
    next: 'Exits keep their step and the time they had left, and go on when trading resumes.',
    you: 'Nothing.',
  },
  markets_unread: {
    next: 'They are asked for on; quotes are still read where the venue gives them.',
    you: `Check the status of the venue, and in its own pages the markets you hold; ${BY_HAND}.`,
  },
  market_unreadable: {
    next: 'It is asked for on, and nothing is decided from what can not be read.',
    you: `Look at this market at the venue; ${BY_HAND}. A newer Postern may be needed.`,
  },
  book_unreadable: {
    next: 'It is asked for on, and nothing is decided from what can not be read.',
    you: `Look at this market at the venue; ${BY_HAND}. A newer Postern may be needed.`,
  },
  fees_unknown: {
    next: 'Profits count the fees of the fills; before that fees are estimated at the usual rate.',
    you: 'Check the fees of this series at the venue before you rely on small profits.',
  },
  rate_limited: {
    next: 'It is asked again every few seconds, exits first.',
    you: 'If another program uses the same key, stop it or give it a key of its own.',
  },
  stream_lost: {
    next: 'Quotes, orders and holdings are polled until the stream is back.',
    you: 'Nothing. If it lasts, check the network.',
  },
  key_refused: {
    next: 'The key is tried again every few minutes; until it works nothing can be read or sold.',
    you: `Check the key at the venue and in the configuration, now; ${BY_HAND}.`,
  },
  key_cannot_trade: {
    next: 'The key is checked again every few minutes; until then every exit would be refused.',
    you: `Make a key that may read and trade, and put it into the configuration; ${BY_HAND}.`,
  },
  key_region_expires: {
    next: 'Postern goes on; from that day the venue refuses orders in these markets.',
    you: 'Confirm your region at the venue before that day.',
  },
  clock_skew: {
    next: 'Postern goes on and measures again every few minutes.',
    you: 'Synchronise the clock of this machine (NTP).',
  },
};

const isKnown = (kind: string): kind is AlertKind => (ALERT_KINDS as readonly string[]).includes(kind);

/** What follows from an incident; null for a kind of another version. */
export function adviceOf({ kind, positionId }: { kind: string; positionId: string | null }): Advice | null {
  if (!isKnown(kind)) return null;
  const { next, you } = ADVICE[kind];
  const named = (text: string): string => text.replaceAll('{position}', positionId ?? 'ID');
  return { next: named(next), you: named(you) };
}
