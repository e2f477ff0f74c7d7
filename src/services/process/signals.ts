import { constants } from 'node:os';
import type { Log } from '../log/log.ts';

export interface StopSignals {
  /** Resolves with the first signal to stop. */
  asked: Promise<NodeJS.Signals>;
  isAsked(): boolean;
  /** Who hears SIGHUP from now on. */
  onHangup(listener: () => void): void;
  /** Signals mean again what they meant before. */
  release(): void;
}

const STOP: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT'];

/** The first SIGTERM or SIGINT asks to stop; a second one ends the process at once. SIGHUP is for who listens. */
export function watchSignals(log: Log): StopSignals {
  let first: NodeJS.Signals | null = null;
  let ask: (signal: NodeJS.Signals) => void;
  const asked = new Promise<NodeJS.Signals>((resolve) => {
    ask = resolve;
  });
  const stop = (signal: NodeJS.Signals) => {
    if (first !== null) {
      log.fatal({ signal }, `${signal} again: ending at once; what is unfinished goes on at the next start`);
      process.exit(128 + constants.signals[signal]);
    }
    first = signal;
    log.info({ signal }, `${signal}: stopping; a second signal ends at once`);
    ask(signal);
  };
  let listener = () => log.info('SIGHUP: nothing listens yet');
  const hangUp = () => listener();
  for (const signal of STOP) process.on(signal, stop);
  process.on('SIGHUP', hangUp);
  return {
    asked,
    isAsked: () => first !== null,
    onHangup: (own) => {
      listener = own;
    },
    release: () => {
      for (const signal of STOP) process.off(signal, stop);
      process.off('SIGHUP', hangUp);
    },
  };
}
