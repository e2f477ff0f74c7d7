import { describe, expect, it } from 'vitest';
import type { Method } from '../../src/domain/method.ts';
import { liveSettings } from '../../src/services/config/live-settings.ts';
import { loadConfig } from '../../src/services/config/load-config.ts';
import { entryMethod } from '../../src/services/entry-rules.ts';
import { defaultMethod } from '../support/domain-builders.ts';

const version = (name: string, number: number): Method => ({ ...defaultMethod(), name, version: number });
const known = [version('default', 1), version('nfl', 2), version('nfl', 1), version('retired', 1)];
const config = loadConfig({ env: {} });
const settings = liveSettings({
  ...config,
  adoption: {
    ...config.adoption,
    rules: [{ series: 'KXNFLGAME', ticker: undefined, method: 'nfl' }],
  } as typeof config.adoption,
});

describe('the method of an entry', () => {
  it.each([
    ['the one that the edge names, in its latest version', 'GAME-A', 'nfl', 'nfl', 2, 250_000],
    ['by the rules for its market', 'KXNFLGAME-26NOV29-A', null, 'nfl', 2, 250_000],
    ['the default', 'GAME-A', null, 'default', 1, 180_000],
    ['one that has left the configuration: by the rules', 'GAME-A', 'retired', 'default', 1, 180_000],
  ])('%s', (_, market, name, method, number, kellyFraction) => {
    const found = entryMethod(settings, known, market, name);
    expect(found).toMatchObject({
      method: { name: method, version: number },
      kellyFraction,
      minEdge: 50_000,
    });
  });
});
