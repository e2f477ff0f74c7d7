/** Every state of small parts of the state space, and whether a broken machine is found out. */
import { describe, expect, it } from 'vitest';
import { explore } from './explore.ts';
import { BUGS } from './patches.ts';
import { SHARE } from './runs.ts';
import { boundsOf } from './setting.ts';

describe('every state of the position and order machines with a small exchange', () => {
  it.each(SHARE.map((scenario) => [`${scenario.name}: ${boundsOf(scenario)}`, scenario] as const))(
    '%s',
    (name, scenario) => {
      const { finding, deadEnds, withoutRest, withoutExit, states, transitions } = explore(scenario);
      process.stdout.write(`${name}: ${states} states, ${transitions} transitions\n`);
      expect({ finding, deadEnds, withoutRest, withoutExit: withoutExit ?? 0 }).toEqual({
        ...{ finding: null, deadEnds: 0, withoutRest: 0, withoutExit: 0 },
      });
    },
    5 * 60_000,
  );
});

describe('a deliberate bug is found', () => {
  it.each(BUGS.map((bug) => [bug.name, bug] as const))('%s', (_, { scenario, patches, found }) => {
    expect(explore(scenario, patches).finding?.what).toMatch(found);
  });
});
