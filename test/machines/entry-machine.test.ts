import { describe, it } from 'vitest';
import { EntryRig } from '../support/entry-rig.ts';
import { ENTRY_SCENARIOS } from './scenarios/entry-scenarios.ts';

describe('the entry machine', () => {
  for (const { name, given, play } of ENTRY_SCENARIOS) it(name, () => play(new EntryRig(given)));
});
