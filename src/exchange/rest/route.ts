import type { Caller, Right } from '../auth.ts';
import { type Refusal, refuse } from '../refusal.ts';
import type { World } from '../world.ts';

export interface Call {
  world: World;
  at: number;
  params: Record<string, string>;
  query: URLSearchParams;
  body: string;
  /** Who asks; on public routes only when a known key is named. */
  caller: Caller | null;
}

export type PrivateCall = Call & { caller: Caller };

export interface Answer {
  status: number;
  body: unknown;
}

export interface Route {
  method: string;
  /** With `:name` for a variable part. */
  path: string;
  /** What the key must be allowed; null: no key is needed. */
  right: Right | null;
  /** In tokens, when it is not the standard cost. */
  cost: ((body: string) => number) | null;
  /** May be answered from a shared cache. */
  cached: boolean;
  run(call: Call): Answer | Refusal;
}

export const ok = (body: unknown): Answer => ({ status: 200, body });

export const openRoute = (
  path: string,
  run: (call: Call) => Answer | Refusal,
  { cached = false } = {},
): Route => ({ method: 'GET', path, right: null, cost: null, cached, run });

export const keyRoute = (
  method: string,
  path: string,
  right: Right,
  run: (call: PrivateCall) => Answer | Refusal,
  cost: Route['cost'] = null,
): Route => ({
  method,
  path,
  right,
  cost,
  cached: false,
  run: (call) => run(call as PrivateCall),
});

/** The subaccount a call works on: the one it names, else the key's own, else null. A pinned key reaches no other. */
export function subaccountFor(caller: Caller, requested: number | null): number | null | Refusal {
  if (caller.subaccount === null || requested === null) return requested ?? caller.subaccount;
  return requested === caller.subaccount
    ? requested
    : refuse(403, 'forbidden', 'the key is restricted to another subaccount');
}
