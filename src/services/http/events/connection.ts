import type { WebSocket } from 'ws';
import type { Listener } from './stream.ts';

/** Why a stream ends (RFC 6455, 7.4). */
export const ENDINGS = {
  stopping: { code: 1001, reason: 'the daemon is stopping' },
  spokenTo: { code: 1008, reason: 'this stream only tells: it takes no messages' },
  failed: { code: 1011, reason: 'an unexpected error: the log says more' },
  tooSlow: { code: 1013, reason: 'too much is unread: it is read too slowly' },
} as const;

export type Ending = keyof typeof ENDINGS;

/** Beyond so much unread, what has changed waits and is told as it is then (bytes). */
const LAGS_AT = 256 * 1024;
/** Beyond so much unread beside the first messages the client is cut off (bytes). */
const MOST_UNREAD = 4 * 2 ** 20;
/** For a client to take its leave before it is cut off. */
export const LEAVE_WAIT_MS = 2_000;

export interface ConnectionOptions {
  socket: WebSocket;
  /** What tells of things as they are now. */
  describe: (ids: Iterable<string>) => string;
  /** Calls back after real milliseconds. */
  later: (fn: () => void, ms: number) => void;
}

/** One client that listens. */
export class Connection implements Listener {
  readonly #options: ConnectionOptions;
  readonly #waiting = new Set<string>();
  #allowance = MOST_UNREAD;
  #answered = true;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    options.socket.on('pong', () => {
      this.#answered = true;
    });
  }

  /** The first messages may be as long as they have to be. */
  greet(messages: readonly string[]): void {
    for (const message of messages) this.#allowance += Buffer.byteLength(message);
    for (const message of messages) this.tell(message);
  }

  get lags(): boolean {
    return this.#options.socket.bufferedAmount > LAGS_AT;
  }

  tell(message: string): void {
    const { socket } = this.#options;
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount + message.length > this.#allowance) return this.end('tooSlow');
    socket.send(message);
  }

  tellChanged(ids: readonly string[], message: string): void {
    if (this.#waiting.size === 0 && !this.lags) return this.tell(message);
    for (const id of ids) this.#waiting.add(id);
  }

  /** Tells what has waited, if it was read up to there. */
  catchUp(): void {
    if (this.#waiting.size === 0 || this.lags) return;
    const message = this.#options.describe(this.#waiting);
    this.#waiting.clear();
    this.tell(message);
  }

  /** A client that has not answered the last one is gone. */
  ping(): void {
    const { socket } = this.#options;
    if (!this.#answered) return socket.terminate();
    this.#answered = false;
    if (socket.readyState === socket.OPEN) socket.ping();
  }

  end(ending: Ending): void {
    const { socket, later } = this.#options;
    const { code, reason } = ENDINGS[ending];
    if (socket.readyState === socket.OPEN) socket.close(code, reason);
    later(() => socket.terminate(), LEAVE_WAIT_MS);
  }
}
