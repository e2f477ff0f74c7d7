import { type ReadonlySignal, signal } from '@preact/signals';
import { token } from './token.ts';

export type LinkState = 'connecting' | 'live' | 'lost';

export interface Link {
  readonly state: ReadonlySignal<LinkState>;
  /** Tries at once instead of waiting. */
  retry(): void;
  close(): void;
}

interface LinkOptions {
  /** The stream's address on this host, with its query. */
  path: string;
  opened?: () => void;
  told: (message: unknown) => void;
}

const PROTOCOL = 'postern.v1';
const WAITS_MS = [250, 500, 1_000, 2_000, 5_000];

/** A stream of the daemon's events that comes back by itself when it is lost. */
export function openLink({ path, opened, told }: LinkOptions): Link {
  const state = signal<LinkState>('connecting');
  let socket: WebSocket | null = null;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  const connect = () => {
    clearTimeout(timer);
    const mine = new WebSocket(path, token.value === null ? [PROTOCOL] : [PROTOCOL, `token.${token.value}`]);
    socket = mine;
    mine.onopen = () => {
      failures = 0;
      opened?.();
      state.value = 'live';
    };
    mine.onmessage = ({ data }) => told(JSON.parse(data as string));
    mine.onclose = () => {
      if (closed || socket !== mine) return;
      state.value = 'lost';
      timer = setTimeout(connect, WAITS_MS[Math.min(failures, WAITS_MS.length - 1)]);
      failures += 1;
    };
  };
  connect();
  return {
    state,
    retry: () => {
      if (state.value !== 'live') connect();
    },
    close: () => {
      closed = true;
      clearTimeout(timer);
      socket?.close();
    },
  };
}
