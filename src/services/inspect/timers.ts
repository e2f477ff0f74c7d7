import type { AnyActorRef, EventObject } from 'xstate';
import type { Clock } from '../../actors/ports.ts';
import { eventWords } from './event-words.ts';

interface Scheduled {
  source: AnyActorRef;
  event: EventObject;
  delay: number;
}

export interface PendingTimer {
  name: string;
  /** In the daemon's time (ms). */
  due: number;
}

/** When the timers of actors are due. XState dates them by the wall clock, which paper time outruns. */
export class Timers {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #due = new WeakMap<Scheduled, number>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** Dates those that an actor has set since the last time; right after the step that set them. */
  date(actor: AnyActorRef): void {
    const scheduled = scheduledIn(actor);
    for (const id in scheduled) {
      const timer = scheduled[id]!;
      if (!this.#due.has(timer)) this.#due.set(timer, this.#clock.now() + timer.delay);
    }
  }

  /** Those of an actor that wait, the first to fire first. */
  pending(actor: AnyActorRef): PendingTimer[] {
    return Object.values(scheduledIn(actor))
      .filter(({ source }) => source === actor)
      .flatMap((timer) => {
        const due = this.#due.get(timer);
        return due === undefined ? [] : [{ name: nameOf(timer), due }];
      })
      .sort((a, b) => a.due - b.due);
  }
}

/** Of the whole system that the actor belongs to. */
const scheduledIn = ({ system }: AnyActorRef): Readonly<Record<string, Scheduled>> =>
  system.getSnapshot()._scheduledEvents;

/** `stepLeft`, or what will happen and to whom: `monitor.proved t1`. */
function nameOf({ event }: Scheduled): string {
  const { type, positionId } = event as EventObject & { positionId?: string };
  const words = eventWords(type).replace(/^after /, '');
  return positionId === undefined ? words : `${words} ${positionId}`;
}
