import { expect, test } from 'vitest';
import { readOver } from './read-problems.ts';

test('a recording needs no markets', () => {
  expect(readOver('venue: {source: recording, file: books.csv, fees: none, adopt: listed}').venue).toEqual({
    kind: 'paper',
    source: 'recording',
    file: 'books.csv',
    fees: 'none',
    cash: 10_000_000_000,
    adopt: 'listed',
  });
});

test('a generated market with everything it may have, and one with what it must have', () => {
  const text = `
venue:
  seed: 7
  markets:
    - market: FULL
      start_price: 0.50
      path: waypoints
      volatility: 0.001
      waypoints: [{after_seconds: 60, price: 0.4}, {after_seconds: 90.5, price: 0.45}]
      spread: "0.02"
      levels: 3
      size: "200"
      volume_24h: 5000
      close_after_seconds: 600
      events:
        - {after_seconds: 10, kind: widen, for_seconds: 5, spread: 0.1}
        - {after_seconds: 20, kind: thin, size: 0.5}
        - {after_seconds: 700, kind: settle, value: 1}
    - {market: BARE, start_price: 0.3, path: jumpy, spread: 0.01, levels: 1, size: 5}
`;
  expect(readOver(text).venue).toEqual({
    kind: 'paper',
    source: 'generator',
    seed: 7,
    fees: 'kalshi',
    cash: 10_000_000_000,
    adopt: 'listed',
    markets: [
      {
        market: 'FULL',
        startPrice: 5_000,
        path: 'waypoints',
        volatility: 1_000,
        waypoints: [
          { afterMs: 60_000, price: 4_000 },
          { afterMs: 90_500, price: 4_500 },
        ],
        spread: 200,
        levels: 3,
        size: 20_000,
        volume24h: 500_000,
        closeAfterMs: 600_000,
        events: [
          { afterMs: 10_000, kind: 'widen', forMs: 5_000, spread: 1_000, size: null, value: null },
          { afterMs: 20_000, kind: 'thin', forMs: null, spread: null, size: 50, value: null },
          { afterMs: 700_000, kind: 'settle', forMs: null, spread: null, size: null, value: 10_000 },
        ],
      },
      {
        market: 'BARE',
        startPrice: 3_000,
        path: 'jumpy',
        volatility: null,
        waypoints: [],
        spread: 100,
        levels: 1,
        size: 500,
        volume24h: null,
        closeAfterMs: null,
        events: [],
      },
    ],
  });
});

test('tracked positions get the method and the confidence of adoption where they say none', () => {
  const text = `
venue: {source: recording, file: books.csv}
adoption: {method: nfl, confidence: low}
tracked:
  - {market: A, side: yes, quantity: 2.37, entry_price: 0.5601}
  - {market: B, side: no, quantity: 1, entry_price: 0.5, method: nba, confidence: high, model_probability: 0.61}
`;
  expect(readOver(text).tracked).toEqual([
    {
      market: 'A',
      side: 'yes',
      quantity: 237,
      entryPrice: 5_601,
      method: 'nfl',
      confidence: 'low',
      modelProbability: null,
    },
    {
      market: 'B',
      side: 'no',
      quantity: 100,
      entryPrice: 5_000,
      method: 'nba',
      confidence: 'high',
      modelProbability: 610_000,
    },
  ]);
});
