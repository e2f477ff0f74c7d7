export const BOOKS = 'orderbook_delta';

/** Channels of the account and of all markets: subscribed without tickers, which is everything of ours. */
export const OTHER_CHANNELS = ['user_orders', 'fill', 'market_positions', 'market_lifecycle_v2'] as const;

export type Channel = typeof BOOKS | (typeof OTHER_CHANNELS)[number];

export type UpdateAction = 'add_markets' | 'delete_markets' | 'get_snapshot';

export type Command =
  | { cmd: 'subscribe'; channel: Channel; tickers: readonly string[] }
  | { cmd: 'unsubscribe'; sid: number }
  | { cmd: 'update'; sid: number; action: UpdateAction; tickers: readonly string[] };

/** The text of a command (FACTS section 12); `id` is ours and comes back with the answer. */
export const encodeCommand = (id: number, command: Command): string =>
  JSON.stringify({ id, ...body(command) });

function body(command: Command): Record<string, unknown> {
  switch (command.cmd) {
    case 'subscribe': {
      const channels = [command.channel];
      // The default of use_yes_price will flip: NO levels must go on coming in NO prices.
      const books = { market_tickers: command.tickers, use_yes_price: false };
      return { cmd: 'subscribe', params: { channels, ...(command.channel === BOOKS ? books : {}) } };
    }
    case 'unsubscribe':
      return { cmd: 'unsubscribe', params: { sids: [command.sid] } };
    case 'update': {
      const { sid, action, tickers } = command;
      return { cmd: 'update_subscription', params: { sids: [sid], action, market_tickers: tickers } };
    }
  }
}
