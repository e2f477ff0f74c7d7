import type { HttpProblem } from '../problem.ts';

/** Who listens to a stream; each message is the JSON that goes out. */
export interface Listener {
  tell(message: string): void;
  /** Things have changed; `message` tells of them all. Who lags is told later how they are then. */
  tellChanged(ids: readonly string[], message: string): void;
  /** Much is unread: what can be left out should be. */
  readonly lags: boolean;
}

/** What is told over WebSocket at one address. While nobody listens, nothing is computed. */
export interface Stream {
  /** Why this can't be asked for; null: it can. */
  refuse(query: URLSearchParams): HttpProblem | null;
  /** From now on it is told of everything, after the messages that are returned. */
  join(listener: Listener, query: URLSearchParams): string[];
  leave(listener: Listener): void;
  /** Looks at what has changed since the last time, every 50 ms while somebody listens. */
  tick(): void;
  /** What tells a listener that lagged of things as they are now. */
  describe(ids: Iterable<string>, listener: Listener): string;
}
