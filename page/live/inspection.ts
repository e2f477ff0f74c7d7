import { type ReadonlySignal, signal } from '@preact/signals';
import type { ActorView, InspectionMessage, LogEntry } from '../../src/services/http/schemas/inspection.ts';
import { type LinkState, openLink } from './socket.ts';
import { hearTime } from './time.ts';

/** The running statecharts, as far as one position's or all of them. */
export interface Inspection {
  /** By session. Changed at most once a frame; null before the first word. */
  readonly actors: ReadonlySignal<ReadonlyMap<string, ActorView> | null>;
  readonly state: ReadonlySignal<LinkState>;
  retry(): void;
  close(): void;
}

/** Events that actors have worked off, newest last, and how many are not among them. */
export type LogListener = (entries: readonly LogEntry[], leftOut: number) => void;

/** Follows the actors until it is closed; after a lost connection it begins anew by itself. */
export function followInspection(
  { position }: { position?: string } = {},
  logged: LogListener = () => {},
): Inspection {
  const actors = signal<ReadonlyMap<string, ActorView> | null>(null);
  const changed = new Map<string, ActorView | null>();
  let isWhole = true;
  let frame: number | null = null;

  const draw = () => {
    frame = null;
    const next = new Map(isWhole ? [] : actors.value);
    for (const [session, actor] of changed)
      if (actor === null) next.delete(session);
      else next.set(session, actor);
    changed.clear();
    isWhole = false;
    actors.value = next;
  };
  const tell = (message: InspectionMessage) => {
    hearTime(message.at);
    if (message.type === 'log') return logged(message.entries, message.left_out);
    for (const actor of message.actors) changed.set(actor.session, actor);
    for (const session of message.gone) changed.set(session, null);
    frame ??= requestAnimationFrame(draw);
  };
  const query = position === undefined ? '' : `?position=${encodeURIComponent(position)}`;
  const { state, retry, close } = openLink({
    path: `/api/v1/inspection${query}`,
    opened: () => {
      isWhole = true;
      changed.clear();
    },
    told: (message) => tell(message as InspectionMessage),
  });
  return {
    actors,
    state,
    retry,
    close: () => {
      close();
      if (frame !== null) cancelAnimationFrame(frame);
    },
  };
}
