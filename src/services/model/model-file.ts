import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Post } from '../../actors/mail.ts';
import type { Clock } from '../../actors/ports.ts';
import type { Log } from '../log/log.ts';
import type {
  AccountOperations,
  ModelAnswer,
  ModelWord,
  RefusalReason,
} from '../operations/account-operations.ts';
import type { Closing } from '../process/closing.ts';
import { GrowingFile, type Line } from './growing-file.ts';
import { MOST_VALUES, sayValues } from './model-values.ts';

export interface ModelFileOptions {
  /** JSON lines: each a value as the API takes it. */
  file: string;
  clock: Clock;
  log: Log;
  say: (words: readonly ModelWord[]) => Promise<ModelAnswer>;
  /** Journals a refusal. */
  journal: (summary: string, data: Record<string, unknown>) => void;
}

const LOOK_MS = 1_000;
const MINUTE_MS = 60_000;
/** Refusals that are told one by one within a minute; the rest is counted. */
const MOST_REFUSALS = 20;
/** A line that was there before we were is no fault of anybody's for being old, or known. */
const EXPECTED_AT_START: readonly RefusalReason[] = ['too_old', 'late', 'duplicate'];

/** Hands on what a model writes into a file of JSON lines, as it grows. */
export class ModelFile {
  readonly #options: ModelFileOptions;
  readonly #file: GrowingFile;
  #watcher: FSWatcher | null = null;
  #timer: ReturnType<Clock['setTimeout']> | null = null;
  #looking: Promise<void> = Promise.resolve();
  /** Lines that were read and not taken yet: nobody answered. */
  #waiting: Line[] = [];
  #isFirst = true;
  #stopped = false;
  #told = { since: Number.NEGATIVE_INFINITY, lines: 0, hidden: 0 };

  constructor(options: ModelFileOptions) {
    this.#options = options;
    this.#file = new GrowingFile(options.file);
  }

  start(): void {
    this.#watch();
    this.look();
  }

  /** Looks for new lines, one look after the other; resolves when all of them were answered. */
  look(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#look()).catch((error) => this.#complain(error));
    return this.#looking;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#watcher?.close();
    if (this.#timer !== null) this.#options.clock.clearTimeout(this.#timer);
    await this.#looking;
  }

  /** A folder that can't be watched is looked at as often as any. */
  #watch(): void {
    const name = basename(this.#options.file);
    try {
      this.#watcher = watch(dirname(this.#options.file), (_, changed) => {
        if (changed === name) void this.look();
      });
      this.#watcher.on('error', () => this.#watcher?.close());
    } catch {
      this.#watcher = null;
    }
  }

  async #look(): Promise<void> {
    const { clock } = this.#options;
    if (this.#stopped) return;
    if (this.#timer !== null) clock.clearTimeout(this.#timer);
    this.#timer = clock.setTimeout(() => void this.look(), LOOK_MS);
    let quiet = 0;
    while (!this.#stopped) {
      while (this.#waiting.length > 0 && !this.#stopped) quiet += await this.#handOn();
      const found = await this.#file.read();
      if (found === null || found.length === 0) break;
      this.#waiting = found;
    }
    if (quiet > 0)
      this.#options.log.info(`${this.#options.file}: left out ${quiet} lines that were known or too old`);
    this.#isFirst = false;
  }

  /** The next lines; returns how many of them were expectedly refused. */
  async #handOn(): Promise<number> {
    const lines = this.#waiting.slice(0, MOST_VALUES);
    const source = basename(this.#options.file);
    const values = lines.map((line) => line.value);
    const answer = await sayValues(values, (words) =>
      this.#options.say(words.map((word) => ({ ...word, source: word.source ?? source }))),
    );
    this.#waiting.splice(0, lines.length);
    const isExpected = (reason: RefusalReason) => this.#isFirst && EXPECTED_AT_START.includes(reason);
    for (const { index, reason, text } of answer.refused)
      if (!isExpected(reason)) this.#tell(lines[index]!, reason, lines[index]!.problem ?? text);
    return answer.refused.filter(({ reason }) => isExpected(reason)).length;
  }

  #tell({ number }: Line, reason: RefusalReason, text: string): void {
    const { file, log, journal, clock } = this.#options;
    const now = clock.now();
    if (now - this.#told.since >= MINUTE_MS) {
      if (this.#told.hidden > 0) log.warn(`${file}: ${this.#told.hidden} more lines were refused`);
      this.#told = { since: now, lines: 0, hidden: 0 };
    }
    if (this.#told.lines >= MOST_REFUSALS) {
      this.#told.hidden += 1;
      return;
    }
    this.#told.lines += 1;
    const place = `${file}:${number}`;
    log.warn({ reason }, `${place}: ${text}`);
    journal(`${place}: ${text}`, { file, line: number, reason });
  }

  #complain(error: unknown): void {
    this.#options.log.warn(`${this.#options.file}: ${(error as Error).message}; tried again`);
  }
}

/** Follows the configured file, if there is one, until the daemon closes. */
export function followModelFile({
  file,
  clock,
  log,
  operations,
  post,
  closing,
}: {
  file: string | null;
  clock: Clock;
  log: Log;
  operations: { account: Pick<AccountOperations, 'say'> };
  post: Post;
  closing: Closing;
}): void {
  if (file === null) return;
  const journal = (summary: string, data: Record<string, unknown>) => {
    const at = clock.now();
    const decision = { positionId: null, exitId: null, at, kind: 'model.refused', summary, data };
    post('ledger', { type: 'journal', decision });
  };
  const model = new ModelFile({ file, clock, log, say: (words) => operations.account.say(words), journal });
  closing.add('model file', () => model.stop());
  model.start();
}
