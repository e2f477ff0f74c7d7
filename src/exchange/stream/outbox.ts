import type { OutgoingFrame } from '../messages.ts';
import type { World } from '../world.ts';
export const takeDueFrames = (_world: World, _at: number): OutgoingFrame[] => [];
