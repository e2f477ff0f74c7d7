import type { Caller } from '../auth.ts';
import type { ExchangeResponse } from '../messages.ts';
import type { World } from '../world.ts';
import type { TakenFaults } from './take-faults.ts';

/** A successful answer as the faults leave it: without some fields, or describing another order. */
export function changeAnswer(
  world: World,
  response: ExchangeResponse,
  caller: Caller | null,
  faults: TakenFaults['others'],
): ExchangeResponse {
  if (response.status >= 300) return response;
  let { body } = response;
  for (const fault of faults) {
    if (fault.kind === 'trimAnswer') body = trimmed(body, fault.fields);
    if (fault.kind === 'wobble') body = disguised(world, body, caller);
  }
  return body === response.body ? response : { ...response, body };
}

function trimmed(body: string, fields: readonly string[]): string {
  const entries = Object.entries(JSON.parse(body) as Record<string, unknown>);
  return JSON.stringify(Object.fromEntries(entries.filter(([name]) => !fields.includes(name))));
}

/** Names the caller's last other order instead, or one that never was. */
function disguised(world: World, body: string, caller: Caller | null): string {
  const answer = JSON.parse(body) as Record<string, unknown>;
  const other = Object.values(world.orders).findLast(
    ([first]) => first!.value.account === caller?.account && first!.value.id !== answer.order_id,
  )?.[0]?.value;
  return JSON.stringify({
    ...answer,
    order_id: other?.id ?? 'a0000000-0000-4000-8000-ffffffffffff',
    client_order_id: other?.clientId ?? 'somebody-elses',
  });
}
