import { expect, it } from 'vitest';
import { specsFromConfig } from '../../../src/services/venues/paper/generator-config.ts';

it('the config becomes what the generator takes', () => {
  const event = { forMs: null, spread: null, size: null, value: null };
  const market = {
    market: 'A',
    startPrice: 6_000,
    path: 'jumpy',
    volatility: 2_500,
    waypoints: [],
    spread: 150,
    levels: 3,
    size: 20_000,
    volume24h: null,
    closeAfterMs: null,
    events: [],
  } as const;
  expect(
    specsFromConfig([
      { ...market, waypoints: [], events: [] },
      {
        ...market,
        path: 'waypoints',
        volatility: null,
        waypoints: [{ afterMs: 1_000, price: 5_000 }],
        closeAfterMs: 9_000,
        events: [
          { ...event, kind: 'widen', afterMs: 1, forMs: 2, spread: 420 },
          { ...event, kind: 'thin', afterMs: 2, size: 100 },
          { ...event, kind: 'gap', afterMs: 3, forMs: 5 },
          { ...event, kind: 'close', afterMs: 4 },
          { ...event, kind: 'settle', afterMs: 5, value: 10_000 },
        ],
      },
    ]),
  ).toEqual([
    {
      market: 'A',
      start: 6_000,
      path: { kind: 'jumpy' },
      volatility: 25,
      spread: 200,
      levels: 3,
      size: 20_000,
      volume24h: null,
      events: [],
    },
    {
      market: 'A',
      start: 6_000,
      path: { kind: 'waypoints', points: [{ afterMs: 1_000, price: 5_000 }] },
      volatility: 10,
      spread: 200,
      levels: 3,
      size: 20_000,
      volume24h: null,
      closeAfterMs: 9_000,
      events: [
        { kind: 'widen', afterMs: 1, forMs: 2, spread: 500 },
        { kind: 'thin', afterMs: 2, size: 100 },
        { kind: 'gap', afterMs: 3, forMs: 5 },
        { kind: 'close', afterMs: 4 },
        { kind: 'settle', afterMs: 5, value: 10_000 },
      ],
    },
  ]);
});
