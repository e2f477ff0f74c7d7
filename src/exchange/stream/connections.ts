import type { ExchangeRequest, ExchangeResponse } from '../messages.ts';
import type { World } from '../world.ts';
export function openConnection(
  world: World,
  _request: ExchangeRequest,
  _at: number,
): { connectionId: number } | ExchangeResponse {
  return { connectionId: world.stream.nextConnection++ };
}
export function closeConnection(_world: World, _id: number): void {}
