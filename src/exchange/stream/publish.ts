import type { World } from '../world.ts';

export function publish(world: World, _at: number): void {
  world.happenings = [];
}
export const nextStreamTime = (_world: World): number | null => null;
export const ageStream = {
  next: (_world: World): number | null => null,
  run: (_world: World, _at: number): void => {},
};
