import { describe, expect, it } from 'vitest';
import { PositionRig } from '../support/position-rig.ts';
import { SCENARIOS } from './scenarios/index.ts';

for (const [subject, scenarios] of Object.entries(SCENARIOS)) {
  describe(`the position machine: ${subject}`, () => {
    for (const { name, given, play } of scenarios) {
      it(name, () => {
        const rig = new PositionRig(given);
        play(rig);
        expect(rig.error).toBeNull();
      });
    }
  });
}
