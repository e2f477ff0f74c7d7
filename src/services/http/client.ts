import { formatFraction, formatPrice, formatQuantity } from '../../domain/money.ts';
import type {
  ExitPreview,
  ExitTerms,
  ExitWish,
  Explanation,
  Operations,
  PositionDetail,
  PositionView,
  PriceHistory,
  TrackRequest,
  Word,
} from '../operations/operations.ts';
import { type DaemonFile, readDaemonFile, readToken } from '../process/data-dir.ts';
import { isProcessAlive } from '../process/processes.ts';
import { type Ask, createAsk } from './ask.ts';
import { HttpAccount, HttpMethods } from './client-subjects.ts';
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
  readonly methods: HttpMethods;
  readonly account: HttpAccount;
  readonly #ask: Ask;

  constructor(daemon: FoundDaemon, waitMs = ANSWER_WAIT_MS) {
    this.#ask = createAsk(daemon, waitMs);
    this.methods = new HttpMethods(this.#ask);
    this.account = new HttpAccount(this.#ask);
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

  prices(id: string): Promise<PriceHistory> {
    return this.#ask('GET', pathOf(id, 'prices'));
  }

  previewExit(id: string, { quantity, priority }: ExitTerms): Promise<ExitPreview> {
    const query = { priority, ...(quantity === null ? {} : { quantity: formatQuantity(quantity) }) };
    return this.#ask('GET', `${pathOf(id, 'exit')}?${new URLSearchParams(query)}`);
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

  exit(id: string, wish: ExitWish): Promise<PositionView> {
    const quantity = wish.quantity === null ? null : formatQuantity(wish.quantity);
    return this.#ask('POST', pathOf(id, 'exit'), { ...wish, quantity });
  }

  hold(id: string, wish: Word & { cancel: boolean }): Promise<PositionView> {
    return this.#ask('POST', pathOf(id, 'hold'), wish);
  }

  release(id: string, word: Word): Promise<PositionView> {
    return this.#ask('POST', pathOf(id, 'release'), word);
  }

  resume(id: string, word: Word): Promise<PositionView> {
    return this.#ask('POST', pathOf(id, 'resume'), word);
  }

  retry(id: string, word: Word): Promise<PositionView> {
    return this.#ask('POST', pathOf(id, 'retry'), word);
  }

  async close(): Promise<void> {}
}

const pathOf = (id: string, ...rest: string[]): string =>
  `/positions/${[id, ...rest].map(encodeURIComponent).join('/')}`;
