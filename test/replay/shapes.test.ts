import { describe, expect, test } from 'vitest';
import { replay } from '../../src/replay.ts';
import { loadConfig } from '../../src/services/config/load-config.ts';
import { parsePositions } from '../../src/services/venues/paper/positions-file.ts';
import { parseRecording } from '../../src/services/venues/paper/recording.ts';

const START = Date.UTC(2026, 1, 8, 19, 12, 49);
const config = loadConfig({ file: null, env: {} });

/** One market's rows a second apart: [seconds, bid, ask]; null for an empty side. The book stays until the next entry. */
type Shape = [from: number, bid: string | null, ask: string | null][];

/** Rows at about 1 Hz as a recorder writes them, with the recorder's silences left out. */
function recordingOf(shape: Shape, until: number, gaps: [from: number, to: number][] = []) {
  const rows = ['timestamp,ticker,best_bid_price,best_bid_size,best_ask_price,best_ask_size,spread'];
  for (let second = 0; second <= until; second++) {
    if (gaps.some(([from, to]) => second > from && second < to)) continue;
    const [, bid, ask] = shape.findLast(([from]) => from <= second)!;
    const time = new Date(START + second * 1000).toISOString().slice(0, 19);
    const size = `${400 + (second % 7)}.0`;
    rows.push(`${time}.402671,GAME,${bid ?? ''},${bid ? size : ''},${ask ?? ''},${ask ? size : ''},`);
  }
  return parseRecording(Buffer.from(`${rows.join('\n')}\n`), 'shapes.csv');
}

async function run(
  shape: Shape,
  until: number,
  position: string,
  gaps: [number, number][] = [],
  mode: 'poll' | 'stream' = 'stream',
) {
  const { positions } = parsePositions(`- {market: GAME, ${position}}`, 'positions.yaml');
  const { result } = await replay({ recording: recordingOf(shape, until, gaps), positions, config, mode });
  return {
    state: result.positions[0]!.state,
    remaining: result.positions[0]!.remaining,
    alerts: result.summary.alerts.map(({ kind, at }) => `${kind} +${(Date.parse(at) - START) / 1000}`),
    exits: result.positions[0]!.exits.map(
      ({ reason, triggered_at, filled, average_price, status }) =>
        `${reason} +${Math.floor((Date.parse(triggered_at) - START) / 1000)} sold ${filled} at ${average_price} ${status}`,
    ),
  };
}

describe('the shapes of a real recording', () => {
  test('a spread that blinks for two seconds exits nothing', async () => {
    const shape: Shape = [
      [0, '0.50', '0.51'],
      [100, '0.48', '0.52'],
      [102, '0.50', '0.51'],
    ];
    expect(await run(shape, 300, 'side: yes, quantity: 10, entry_price: 0.50')).toEqual({
      state: 'open',
      remaining: '10.00',
      alerts: [],
      exits: [],
    });
  });

  test('a bid that is gone for good: two quotes 10 s apart, walks, and a failure that is alerted', async () => {
    const shape: Shape = [
      [0, '0.39', '0.40'],
      [60, null, '0.38'],
    ];
    const { state, remaining, exits, alerts } = await run(
      shape,
      400,
      'side: yes, quantity: 10, entry_price: 0.40',
    );
    expect({ state, remaining, exits }).toEqual({
      state: 'failed',
      remaining: '10.00',
      exits: ['liquidity_dried_up +70 sold 0.00 at null failed'],
    });
    expect(alerts.map((alert) => alert.split(' ')[0])).toEqual(['exit_failed']);
  });

  test('the other side walks its first stage to the bid, and its second is lifted by the collapse', async () => {
    const shape: Shape = [
      [0, '0.39', '0.40'],
      [60, null, '0.38'],
    ];
    expect(await run(shape, 120, 'side: no, quantity: 10, entry_price: 0.40')).toMatchObject({
      exits: [
        'partial_exit_target +0 sold 5.00 at 0.6000 filled',
        'partial_exit_target +31 sold 2.00 at 0.6100 filled',
      ],
    });
  });

  test('a gap of 312 s is an orphan, not an exit, and the first quote after it decides', async () => {
    const shape: Shape = [
      [0, '0.50', '0.51'],
      [400, '0.40', '0.41'],
    ];
    expect(await run(shape, 420, 'side: yes, quantity: 10, entry_price: 0.50', [[100, 412]])).toEqual({
      state: 'closed',
      remaining: '0.00',
      alerts: [expect.stringMatching(/^position_orphaned \+2[2-5]\d/)],
      exits: ['stop_loss +412 sold 10.00 at 0.4000 filled'],
    });
  });

  test('half an hour of empty books is silence from the market: alerts, and no exit', async () => {
    const shape: Shape = [
      [0, '0.97', '0.98'],
      [60, null, null],
    ];
    const { exits, alerts, state } = await run(shape, 1_860, 'side: yes, quantity: 10, entry_price: 0.95');
    expect({ exits, state }).toEqual({ exits: [], state: 'open' });
    expect(alerts.map((alert) => alert.split(' ')[0])).toEqual([
      'position_orphaned',
      'position_orphaned',
      'position_orphaned',
    ]);
  });

  test('polling sees what stands at its cadence, and no more', async () => {
    const shape: Shape = [
      [0, '0.50', '0.51'],
      [100, '0.20', '0.21'],
      [101, '0.50', '0.51'],
    ];
    expect(await run(shape, 300, 'side: yes, quantity: 10, entry_price: 0.50', [], 'poll')).toMatchObject({
      exits: [],
    });
    expect(await run(shape, 300, 'side: yes, quantity: 10, entry_price: 0.50')).toMatchObject({
      exits: ['stop_loss +100 sold 10.00 at 0.2000 filled'],
    });
  });
});
