import type { World } from '../world.ts';
export function receiveCommand(_world: World, _id: number, _text: string, _at: number): void {}
