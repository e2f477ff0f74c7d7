import type { Priority } from '../../domain/method.ts';
import { formatFraction, formatPrice, formatQuantity, type Quantity } from '../../domain/money.ts';
import { type DaemonFile, readDaemonFile, readToken } from '../data-dir.ts';
import {
  type Explanation,
  OperationError,
  type Operations,
  type PositionDetail,
  type PositionView,
  type TrackRequest,
} from '../operations.ts';
import { isProcessAlive } from '../processes.ts';
import type { DaemonStatus } from './status.ts';

/** A daemon that answers, with the token it takes. */
export interface FoundDaemon extends DaemonFile {
  token: string | null;
}

const FIND_WAIT_MS = 2_000;
const ANSWER_WAIT_MS = 30_000;

/** The daemon of a data folder; null when none runs. What a dead one left behind is ignored. */
export async function findDaemon(dataDir: string): Promise<FoundDaemon | null> {
  const file = readDaemonFile(dataDir);
  if (file === null || !isProcessAlive(file.pid)) return null;
  const daemon = { ...file, token: readToken(dataDir) };
  try {
    const status = await new HttpOperations(daemon, FIND_WAIT_MS).status();
    return status.pid === file.pid && status.instance === file.instance ? daemon : null;
  } catch {
    return null;
  }
}

/** What can be asked of a running daemon, over its API. */
export class HttpOperations implements Operations {
  readonly source = 'daemon';
  readonly #daemon: FoundDaemon;
  readonly #waitMs: number;

  constructor(daemon: FoundDaemon, waitMs = ANSWER_WAIT_MS) {
    this.#daemon = daemon;
    this.#waitMs = waitMs;
  }

  status(): Promise<DaemonStatus> {
    return this.#ask('GET', '/status');
  }

  positions({ closed }: { closed: boolean }): Promise<PositionView[]> {
    return this.#ask('GET', `/positions?closed=${closed}`);
  }

  show(id: string): Promise<PositionDetail> {
    return this.#ask('GET', pathOf(id));
  }

  explain(id: string): Promise<Explanation> {
    return this.#ask('GET', pathOf(id, 'explain'));
  }

  track(request: TrackRequest): Promise<PositionView> {
    const { market, side, quantity, entryPrice, method, confidence, modelProbability, openedAt } = request;
    return this.#ask('POST', '/positions', {
      market,
      side,
      quantity: formatQuantity(quantity),
      entry_price: formatPrice(entryPrice),
      method,
      confidence,
      model_probability: modelProbability === null ? null : formatFraction(modelProbability),
      opened_at: openedAt === null ? null : new Date(openedAt).toISOString(),
    });
  }

  exit(
    id: string,
    wish: { quantity: Quantity | null; priority: Priority; note: string | null },
  ): Promise<PositionView> {
    const quantity = wish.quantity === null ? null : formatQuantity(wish.quantity);
    return this.#ask('POST', pathOf(id, 'exit'), { ...wish, quantity });
  }

  hold(id: string, wish: { cancel: boolean; note: string | null }): Promise<PositionView> {
    return this.#ask('POST', pathOf(id, 'hold'), wish);
  }

  release(id: string, wish: { note: string | null }): Promise<PositionView> {
    return this.#ask('POST', pathOf(id, 'release'), wish);
  }

  resume(id: string, wish: { note: string | null }): Promise<PositionView> {
    return this.#ask('POST', pathOf(id, 'resume'), wish);
  }

  retry(id: string, wish: { note: string | null }): Promise<PositionView> {
    return this.#ask('POST', pathOf(id, 'retry'), wish);
  }

  async close(): Promise<void> {}

  async #ask<T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T> {
    const { url, token } = this.#daemon;
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(this.#waitMs),
    }).catch((error: unknown) => {
      throw new OperationError('unavailable', `the daemon at ${url} does not answer: ${reasonOf(error)}`);
    });
    const answer: unknown = await response.json().catch(() => null);
    if (response.ok && answer !== null) return answer as T;
    throw errorOf(response.status, answer, url);
  }
}

const pathOf = (id: string, ...rest: string[]): string =>
  `/positions/${[id, ...rest].map(encodeURIComponent).join('/')}`;

const CODES: readonly OperationError['code'][] = ['not_found', 'invalid', 'conflict', 'unavailable'];

function errorOf(status: number, answer: unknown, url: string): OperationError {
  const { code, detail } = (answer ?? {}) as { code?: string; detail?: string };
  const known = CODES.find((one) => one === code);
  if (known && detail) return new OperationError(known, detail);
  if (status === 401)
    return new OperationError('unavailable', `the daemon at ${url} refuses the token of this data folder`);
  return new OperationError(
    'unavailable',
    `the daemon at ${url} answers ${status}${detail ? `: ${detail}` : ''}`,
  );
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as { cause?: { code?: string }; message: string };
  return cause?.code ?? message;
}
