import type { Action } from './actions.ts';
import type { UpdateReason } from './records.ts';
import type { AdmittedRequest } from './rest/router.ts';

/** What is due at a known time (ms). */
export type Task =
  | { kind: 'endOrder'; at: number; orderId: string; reason: UpdateReason }
  | { kind: 'changeFees'; at: number; changeId: string }
  | { kind: 'act'; at: number; action: Action }
  | { kind: 'request'; at: number; admitted: AdmittedRequest; writeIndex: number | null };
