import { createActor } from 'xstate';
import type { Ledger } from './actors/ledger/ledger.ts';
import type { Mail, Post } from './actors/mail.ts';
import type { BreakerRecord } from './actors/ports.ts';
import type { Watch } from './actors/watch/watch.ts';
import type { Composition } from './compose/composition.ts';
import { KnownMethods } from './compose/known-methods.ts';
import { buildParts } from './compose/parts.ts';
import { systemActions } from './compose/system-actions.ts';
import type { Method } from './domain/method.ts';
import { systemMachine } from './machines/system-machine.ts';

/** The running tree. */
export interface Postern {
  post: Post;
  watch(): Watch;
  /** The account was read, so that orders may leave. */
  isTrading(): boolean;
  /** The circuit breakers as they are now. */
  breakers(): BreakerRecord[];
  /** How the writes stand. */
  ledger(): Pick<Ledger, 'database' | 'writingSince'>;
  addMethod(method: Method): void;
  /** Takes no new decisions, lets orders end or leaves them, flushes, and ends. */
  stop(): void;
  ended: Promise<{ kind: 'stopped' } | { kind: 'crashed'; part: string; error: string }>;
  /** Messages posted so far: a driver of virtual time waits when it has grown. */
  activity(): number;
}

/** Builds the tree of ARCHITECTURE.md over the ports and starts it. Holds no module state: several may run at once. */
export function composePostern(composition: Composition): Postern {
  const { clock, observe } = composition;
  const { supervision, shutdown } = composition.config;
  const methods = new KnownMethods(composition.methods);
  let posted = 0;
  let crash: { part: string; error: string } | null = null;
  let trading = false;

  const post: Post = (to, mail) => {
    if (mail.type !== 'book') posted += 1;
    if (to === 'system') system.send(mail as Mail['system']);
    else system.system.get(to)?.send(mail as never);
  };

  const parts = buildParts(composition, post, methods);
  const actions = systemActions(composition, post, {
    crashed: (part, error) => {
      crash ??= { part, error };
    },
    opened: () => {
      trading = true;
    },
  });
  const system = createActor(systemMachine.provide({ actors: parts.actors as never, actions }), {
    id: 'system',
    systemId: 'system',
    clock: clock as never,
    input: {
      supervision: {
        backoffMs: supervision.backoffMs,
        maxCrashes: supervision.maxCrashes,
        windowMs: supervision.crashWindowMs,
        quarantineRetryMs: supervision.quarantineRetryMs,
      },
      graceMs: shutdown.graceMs,
      now: () => clock.now(),
    },
  });
  observe?.(system, { name: 'system', host: null, position: null, restarts: 0 });

  const ended = new Promise<Awaited<Postern['ended']>>((resolve) => {
    system.subscribe({
      complete: () => resolve(crash ? { kind: 'crashed', ...crash } : { kind: 'stopped' }),
      error: (error) => resolve({ kind: 'crashed', part: 'system', error: String(error) }),
    });
  });
  system.start();
  const unwarn = composition.venue.warn(({ key, kind, severity, text }) => {
    const at = clock.now();
    post(
      'ledger',
      text === null
        ? { type: 'alert.resolve', key, at }
        : { type: 'alert.raise', key, kind, severity, positionId: null, text, at },
    );
  });
  void ended.then(unwarn);

  return {
    post,
    watch: parts.watch,
    isTrading: () => trading,
    breakers: parts.breakers,
    ledger: parts.ledger,
    addMethod: (method) => methods.add(method),
    stop: () => post('system', { type: 'stop.requested' }),
    ended,
    activity: () => posted,
  };
}
