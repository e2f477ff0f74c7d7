import type { Post } from '../../actors/mail.ts';
import type { Clock, Store } from '../../actors/ports.ts';

interface EdgeInboxOptions {
  store: Pick<Store, 'edges'>;
  clock: Clock;
  post: Post;
  intervalMs: number;
}

/** More rows than this wait for the next look. */
const MOST_AT_ONCE = 500;

/** Looks for edges that other programs put into the table `edges`, from now on; returns how to stop. */
export function openEdgeInbox({ store, clock, post, intervalMs }: EdgeInboxOptions): () => void {
  let stopped = false;
  let timer = clock.setTimeout(() => void look(), 0);
  return () => {
    stopped = true;
    clock.clearTimeout(timer);
  };

  async function look(): Promise<void> {
    try {
      const found = await store.edges({ status: 'new', limit: MOST_AT_ONCE });
      if (found.length > 0 && !stopped) post('entries', { type: 'edges.found', edges: found.toReversed() });
    } catch {
      // The ledger says that the store fails.
    }
    if (!stopped) timer = clock.setTimeout(() => void look(), intervalMs);
  }
}
