import type { Markets } from './markets.ts';

/** The daemon's configuration: the defaults, in paper, with so many positions from the start. */
export function configuration(markets: Markets, { positions, speed }: { positions: number; speed: number }) {
  const lots = Array.from({ length: positions }, () => markets.draw(0));
  return [
    `clock: {speed: ${speed}}`,
    'server: {port: 0}',
    'log: {level: info}',
    'circuit_breakers: {daily_loss: {limit: 100000000}}',
    'venue:',
    '  kind: paper',
    '  source: generator',
    '  adopt: listed',
    '  markets:',
    ...markets.describe().map((market) => `    - ${market}`),
    'tracked:',
    ...lots.map(
      (lot) =>
        `  - {${Object.entries(lot)
          .map((pair) => pair.join(': '))
          .join(', ')}}`,
    ),
    '',
  ].join('\n');
}
