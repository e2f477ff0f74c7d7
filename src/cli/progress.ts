import { SingleBar } from 'cli-progress';
import { describeProgress, type Passed, share, type Work } from './describe-progress.ts';

/** What progress needs of stderr. */
export interface ProgressTerminal {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

/** How far a piece of long work is, told to a person while it goes on. */
export interface Progress {
  /** What has been done so far. Cheap: most calls draw nothing. */
  show(done: Omit<Passed, 'elapsedMs'>): void;
  /** A sentence that stays. */
  say(sentence: string): void;
  /** Takes away what would not stay. */
  end(): void;
}

export interface ProgressOptions {
  terminal: ProgressTerminal;
  env: Readonly<Record<string, string | undefined>>;
  /** In ms. */
  now: () => number;
}

/** A bar that changes where a terminal can show one, plain lines otherwise. */
export const createProgress = (work: Work, options: ProgressOptions): Progress =>
  canDraw(options) ? new BarProgress(work, options) : new LineProgress(work, options);

/** Works with progress on stderr. It is taken away at the end, on an error, and on a signal that ends the process. */
export async function withProgress<T>(
  work: Work,
  run: (progress: Progress) => Promise<T>,
  { json = false }: { json?: boolean } = {},
): Promise<T> {
  if (json) return run(SILENT);
  const { stderr, env } = process;
  const progress = createProgress(work, { terminal: stderr, env, now: Date.now });
  const release = endOnSignals(progress);
  try {
    return await run(progress);
  } finally {
    release();
    progress.end();
  }
}

/** A signal for which nobody else listens still ends the process, after the bar was taken away. */
export function endOnSignals(progress: Pick<Progress, 'end'>): () => void {
  const taken = ENDING.map((signal) => {
    const listener = (): void => {
      if (process.listenerCount(signal) > 1) return;
      progress.end();
      process.off(signal, listener);
      process.kill(process.pid, signal);
    };
    // First, or a listener for one signal would be gone already when we count.
    process.prependListener(signal, listener);
    return () => void process.off(signal, listener);
  });
  return () => {
    for (const release of taken) release();
  };
}

const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const SILENT: Progress = { show() {}, say() {}, end() {} };

const canDraw = ({ terminal, env }: ProgressOptions): boolean =>
  terminal.isTTY === true && env.TERM !== 'dumb';

const REDRAWS_PER_SECOND = 10;
const WIDTH = 80;

/** Changes no mode of the terminal (cursor, wrapping), so that even SIGKILL leaves it as it was. */
class BarProgress implements Progress {
  readonly #terminal: ProgressTerminal;
  readonly #bar: SingleBar;
  #passed: Omit<Passed, 'elapsedMs'> = { count: 0 };

  constructor(work: Work, { terminal, now }: ProgressOptions) {
    const startedAt = now();
    this.#terminal = terminal;
    this.#bar = new SingleBar({
      stream: terminal as NodeJS.WritableStream,
      fps: REDRAWS_PER_SECOND,
      clearOnComplete: true,
      hideCursor: false,
      linewrap: true,
      format: () => {
        const width = (terminal.columns || WIDTH) - 1;
        return describeProgress(work, { ...this.#passed, elapsedMs: now() - startedAt }, width);
      },
    });
    this.#bar.start(0, 0);
  }

  show(done: Omit<Passed, 'elapsedMs'>): void {
    this.#passed = done;
    this.#bar.update(done.count);
  }

  say(sentence: string): void {
    this.#bar.stop();
    this.#terminal.write(`${sentence}\n`);
    this.#bar.start(0, 0);
  }

  end(): void {
    this.#bar.stop();
  }
}

const LINE_AFTER_MS = 5_000;
const LINE_EVERY_MS = 60_000;

/** For files and pipes: a line for each further tenth, not sooner than after 5 s and not later than after a minute. */
class LineProgress implements Progress {
  readonly #work: Work;
  readonly #options: ProgressOptions;
  readonly #startedAt: number;
  #saidAt: number;
  #saidTenths = 0;

  constructor(work: Work, options: ProgressOptions) {
    this.#work = work;
    this.#options = options;
    this.#startedAt = options.now();
    this.#saidAt = this.#startedAt;
  }

  show(done: Omit<Passed, 'elapsedMs'>): void {
    const now = this.#options.now();
    const sinceMs = now - this.#saidAt;
    if (sinceMs < LINE_AFTER_MS) return;
    const passed = { ...done, elapsedMs: now - this.#startedAt };
    const tenths = Math.floor((share(this.#work, passed) ?? 0) * 10);
    if (tenths === this.#saidTenths && sinceMs < LINE_EVERY_MS) return;
    this.#saidAt = now;
    this.#saidTenths = tenths;
    this.say(describeProgress(this.#work, passed, null));
  }

  say(sentence: string): void {
    this.#options.terminal.write(`${sentence}\n`);
  }

  end(): void {}
}
