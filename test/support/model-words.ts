/** What models say in tests, and how entries are configured there. */
import type { ModelRefusal, ModelValue } from '../../src/domain/model-value.ts';
import { loadConfig } from '../../src/services/config/load-config.ts';
import type { Config } from '../../src/services/config/schema.ts';
import type { World } from './world.ts';

/** YES of GAME-A at 0.70, said now. */
export const aValue = (at: number, change: Partial<ModelValue> = {}): ModelValue => ({
  market: 'GAME-A',
  side: 'yes',
  probability: 700_000,
  at,
  confidence: 'high',
  method: null,
  source: 'test',
  ...change,
});

/** Says it now; resolves with why each value was refused, once that is durable. */
export async function say(world: World, ...changes: Partial<ModelValue>[]): Promise<(ModelRefusal | null)[]> {
  const values = changes.map((change) => aValue(world.clock.now(), change));
  let refusals: (ModelRefusal | null)[] | null = null;
  world.postern.post('entries', {
    type: 'model.says',
    values,
    done: (answer) => {
      refusals = answer;
    },
  });
  await world.settle();
  if (refusals === null) throw new Error('nobody answered the model');
  return refusals;
}

/** The defaults with entries enabled, at $1,000 of cash about 100 contracts of 0.50 each. */
export const entriesEnabled = (change: Partial<Config['entry']> = {}): Partial<Config> => {
  const config = loadConfig({ env: {} });
  return { entry: { ...config.entry, enabled: true, ...change } };
};
