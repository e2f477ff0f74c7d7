/** What crosses the wire, as the network shell hands it in and gets it back. */

export interface ExchangeRequest {
  method: string;
  /** From the host root, with query: /trade-api/v2/... */
  target: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: string;
}

export interface ExchangeResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** What the shell is to do with the answer. */
export type Reply =
  | { kind: 'answer'; response: ExchangeResponse; delayMs: number }
  /** The connection is reset without an answer; whether the request was carried out is the exchange's secret. */
  | { kind: 'dropped'; delayMs: number };

export type Frame =
  | { type: 'text'; text: string }
  | { type: 'ping'; body: string }
  | { type: 'close'; code: number };

export interface OutgoingFrame {
  connectionId: number;
  frame: Frame;
}

export const REST_ROOT = '/trade-api/v2';
export const STREAM_PATH = '/trade-api/ws/v2';

export const pathOf = (target: string): string => target.split('?', 1)[0]!;

export const queryOf = (target: string): URLSearchParams =>
  new URLSearchParams(target.slice(pathOf(target).length + 1));
