import { describe } from 'vitest';
import { describeCrashes } from './crash-suite.ts';
import { BY_POLLING } from './variants.ts';

describe('a crash at any instruction, NO positions by polling over a slow line', () => {
  describeCrashes(BY_POLLING, { points: 1_650, all: 2_550, runs: 450 });
});
