import { describe } from 'vitest';
import { describeCrashes } from './crash-suite.ts';
import { BY_STREAM } from './variants.ts';

describe('a crash at any instruction, YES positions over a stream', () => {
  describeCrashes(BY_STREAM, { points: 1_400, all: 2_400, runs: 450 });
});
