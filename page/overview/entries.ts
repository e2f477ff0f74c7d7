import { effect, type ReadonlySignal, signal } from '@preact/signals';
import type { EntriesView } from '../../src/services/operations/account-operations.ts';
import { alerts, link } from '../live/account.ts';
import { Problem, read } from '../live/api.ts';

export type Entries = Pick<EntriesView, 'enabled' | 'paused'>;

const ASK_EVERY_MS = 15_000;

/** Whether edges are worked: asked for now and then, and at once when a pause begins or ends. Null: not known. */
export function followEntries(): { entries: ReadonlySignal<Entries | null>; stop: () => void } {
  const entries = signal<Entries | null>(null);
  const ask = async () => {
    try {
      entries.value = await read<EntriesView>('/api/v1/entries?limit=1');
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      entries.value = null;
    }
  };
  const isPaused = () => [...alerts.value.values()].some(({ kind }) => kind === 'entries_paused');
  let known: string | null = null;
  const end = effect(() => {
    const seen = `${link.state.value} ${isPaused()}`;
    if (seen !== known) void ask();
    known = seen;
  });
  const timer = setInterval(() => {
    if (!document.hidden) void ask();
  }, ASK_EVERY_MS);
  return {
    entries,
    stop: () => {
      end();
      clearInterval(timer);
    },
  };
}
