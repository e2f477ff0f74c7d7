import {
  BOOKS,
  type Channel,
  type Command,
  encodeCommand,
  OTHER_CHANNELS,
  type UpdateAction,
} from './commands.ts';

/** What an error frame means for the connection. */
type ErrorVerdict =
  | { kind: 'ignore' }
  /** The exchange has ended these subscriptions: they must be made anew. */
  | { kind: 'ended'; channels: readonly Channel[] }
  /** An update of the books was refused; `isOver` when their subscription is not known any more. */
  | { kind: 'books_refused'; isOver: boolean }
  | { kind: 'fatal' };

/** Terminal for a subscription, not for the connection (FACTS section 12): channel error, buffer overflow. */
const TERMINAL_CODES: ReadonlySet<number | null> = new Set([10, 25]);
const UNKNOWN_SID = 7;
const REMEMBERED_COMMANDS = 256;

/** The commands of one connection, the subscriptions they made, and what is still unconfirmed. */
export class StreamSubscriptions {
  readonly #send: (text: string) => void;
  readonly #commands = new Map<number, Command>();
  readonly #unconfirmed = new Map<Channel, number>();
  readonly #sids = new Map<Channel, number>();
  #lastId = 0;

  constructor(send: (text: string) => void) {
    this.#send = send;
  }

  subscribe(channel: Channel, tickers: readonly string[] = []): void {
    this.#sids.delete(channel);
    this.#unconfirmed.set(channel, this.#command({ cmd: 'subscribe', channel, tickers }));
  }

  unsubscribe(sid: number): void {
    this.#command({ cmd: 'unsubscribe', sid });
    for (const [channel, known] of this.#sids) if (known === sid) this.#sids.delete(channel);
  }

  update(sid: number, action: UpdateAction, tickers: readonly string[]): void {
    this.#command({ cmd: 'update', sid, action, tickers });
  }

  /** Which channel a confirmation is for; null when it answers nothing that is awaited. */
  confirm(id: number | null, channelName: string, sid: number): Channel | null {
    for (const [channel, awaited] of this.#unconfirmed) {
      if (channel !== channelName || (id !== null && awaited !== id)) continue;
      this.#unconfirmed.delete(channel);
      this.#sids.set(channel, sid);
      return channel;
    }
    return null;
  }

  /** The channels not confirmed yet. */
  unconfirmed(): Channel[] {
    return [...this.#unconfirmed.keys()];
  }

  /** What an error means; `id` and `sid` are the frame's. */
  judge(code: number | null, id: number | null, sid: number | null): ErrorVerdict {
    const command = id === null ? undefined : this.#commands.get(id);
    if (TERMINAL_CODES.has(code)) return this.#judgeTerminal(command, sid);
    if (command?.cmd === 'unsubscribe') return { kind: 'ignore' };
    if (command?.cmd === 'update') {
      const isCurrent = this.#sids.get(BOOKS) === command.sid && command.action !== 'delete_markets';
      return isCurrent ? { kind: 'books_refused', isOver: code === UNKNOWN_SID } : { kind: 'ignore' };
    }
    const isOfAnother = sid !== null && ![...this.#sids.values()].includes(sid);
    return { kind: isOfAnother ? 'ignore' : 'fatal' };
  }

  #judgeTerminal(command: Command | undefined, sid: number | null): ErrorVerdict {
    if (sid !== null) {
      const channels = [...this.#sids].filter(([, known]) => known === sid).map(([channel]) => channel);
      return channels.length > 0 ? { kind: 'ended', channels } : { kind: 'ignore' };
    }
    if (command?.cmd === 'subscribe') return { kind: 'ended', channels: [command.channel] };
    if (command) return { kind: 'ended', channels: [BOOKS] };
    return { kind: 'ended', channels: [BOOKS, ...OTHER_CHANNELS] };
  }

  #command(command: Command): number {
    this.#lastId += 1;
    this.#commands.set(this.#lastId, command);
    this.#commands.delete(this.#lastId - REMEMBERED_COMMANDS);
    this.#send(encodeCommand(this.#lastId, command));
    return this.#lastId;
  }
}
