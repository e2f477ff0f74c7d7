/** A request that changes something, as the network saw it. Times are ms since the epoch. */
export interface LoggedRequest {
  at: number;
  /** What the sender calls the exchange: tells two programs apart that use one key. */
  host: string;
  method: string;
  path: string;
  clientIds: string[];
  /**
   * `answered`: the whole answer was handed to the network. `deserted`: the sender's connection was gone before. `cut`:
   * the exchange broke the connection off, as a fault told it. null: the sender waits.
   */
  end: 'answered' | 'deserted' | 'cut' | null;
  endedAt: number | null;
}

const MOST = 10_000;

/** The last requests of this life that were to change something, in the order in which they arrived. */
export class RequestLog {
  readonly #requests: LoggedRequest[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  list(): readonly LoggedRequest[] {
    return this.#requests;
  }

  /** Notes an arrival; the function returned notes how it ended, the first time it is called. */
  arrived(
    request: Pick<LoggedRequest, 'host' | 'method' | 'path'>,
    body: string,
  ): (end: NonNullable<LoggedRequest['end']>) => void {
    const clientIds = [...body.matchAll(/"client_order_id"\s*:\s*"([^"]*)"/g)].map((match) => match[1]!);
    const logged: LoggedRequest = { at: this.#now(), ...request, clientIds, end: null, endedAt: null };
    this.#requests.push(logged);
    if (this.#requests.length > MOST) this.#requests.shift();
    return (end) => {
      logged.end ??= end;
      logged.endedAt ??= this.#now();
    };
  }
}
