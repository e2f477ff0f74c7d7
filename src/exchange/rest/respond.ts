import type { ExchangeResponse } from '../messages.ts';
import { isRefusal, type Refusal } from '../refusal.ts';
import type { World } from '../world.ts';
import type { Answer } from './route.ts';

/** An answer or a refusal as HTTP, dated by the exchange's own clock. */
export function respond(world: World, answer: Answer | Refusal, at: number): ExchangeResponse {
  const body = isRefusal(answer) ? envelopeOf(world, answer) : answer.body;
  return { status: answer.status, headers: headersAt(world, at), body: JSON.stringify(body) };
}

export const headersAt = (world: World, at: number): Record<string, string> => ({
  date: new Date(at + world.settings.clockOffsetMs).toUTCString(),
  'content-type': 'application/json',
});

function envelopeOf(world: World, refusal: Refusal): unknown {
  if (refusal.status === 429) return { error: refusal.message };
  const { code, message, details } = refusal;
  const error = { code, message, ...(details === undefined ? {} : { details }) };
  return world.settings.readings.envelope === 'nested' ? { error } : error;
}
