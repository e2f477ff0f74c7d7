import WebSocket from 'ws';
import { foreignWords } from './text.ts';

export interface SocketListener {
  opened(): void;
  text(text: string): void;
  ping(): void;
  closed(reason: string): void;
}

/** `send` on a connection that is not open does nothing; `close` ends it at once and is followed by `closed`. */
export interface Socket {
  send(text: string): void;
  close(): void;
}

/** Opens one connection; never throws; `closed` is called exactly once. No callback comes before it returned. */
export type OpenSocket = (url: URL, headers: Record<string, string>, listener: SocketListener) => Socket;

const HANDSHAKE_TIMEOUT_MS = 10_000;
const MAX_FRAME_BYTES = 8 * 1024 * 1024;

/** Opens WebSockets over `ws`: no compression, no redirects, frames of at most 8 MiB, 10 s for the handshake. */
export function createWebSocket(): OpenSocket {
  return (url, headers, listener) => {
    try {
      return connect(url, headers, listener);
    } catch (error) {
      queueMicrotask(() => listener.closed(`not opened: ${errorCode(error)}`));
      return { send: () => {}, close: () => {} };
    }
  };
}

function connect(url: URL, headers: Record<string, string>, listener: SocketListener): Socket {
  const socket = new WebSocket(url, {
    headers,
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
    followRedirects: false,
  });
  let reason: string | null = null;
  const end = (why: string): void => {
    reason ??= why;
    socket.terminate();
  };
  socket.on('open', () => listener.opened());
  socket.on('ping', () => listener.ping());
  socket.on('message', (data: Buffer) => listener.text(data.toString('utf8')));
  socket.on('error', (error) => end(foreignWords(error.message)));
  socket.on('unexpected-response', (_request, response) => {
    // The server's clock tells a wrong one of ours, which makes signatures invalid.
    const date = response.headers.date ? `, its clock says ${foreignWords(response.headers.date)}` : '';
    response.resume();
    end(`handshake refused with ${response.statusCode}${date}`);
  });
  socket.on('close', (code, text) => {
    const words = foreignWords(text.toString('utf8'));
    listener.closed(reason ?? `closed by the exchange (${code}${words === '' ? '' : ` ${words}`})`);
  });
  return {
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text, () => {});
    },
    close: () => end('closed by us'),
  };
}

const errorCode = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : error instanceof Error ? error.name : 'unknown';
};
