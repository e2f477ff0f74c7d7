import { describe, expect, test, vi } from 'vitest';
import { plainPaint } from '../../src/cli/paint.ts';
import { LineView } from '../../src/cli/run/line-view.ts';
import { type LivePicture, renderLive } from '../../src/cli/run/live-screen.ts';
import type { RunningDaemon } from '../../src/cli/run/run-view.ts';
import { Screen } from '../../src/cli/run/screen.ts';
import { aDecision, aDetail, anExit, aStep, aView } from './views.ts';

const NOW = Date.UTC(2026, 1, 8, 19, 10, 5);

const aPicture = (overrides: Partial<LivePicture> = {}): LivePicture => ({
  title: 'postern http://127.0.0.1:7717',
  now: NOW,
  positions: [aView({ id: 'old', state: 'closed', mark: null }), aView({ state: 'walking', exit: aStep })],
  earlier: { count: 0, realized: '0' },
  alerts: [{ severity: 'critical', text: 'YES DEMO-1: stop_loss FAILED', lastAt: NOW }],
  events: [
    aDecision(),
    aDecision({ kind: 'alert.exit_failed', summary: 'FAILED', data: { severity: 'critical' } }),
  ],
  ...overrides,
});

describe('the live screen', () => {
  test('shows totals, open positions first, alerts that last, and the last events', () => {
    const lines = renderLive(aPicture(), { width: 120, height: 40, paint: plainPaint });
    expect(lines).toEqual([
      'postern http://127.0.0.1:7717  2026-02-08 19:10:05 UTC  1 open, unrealized +$4.80, realized −$2.50',
      '',
      expect.stringContaining('NEAREST OR EXIT'),
      expect.stringContaining('walk 2 $0.59, 9 s left'),
      expect.stringMatching(/^old +closed/),
      '',
      '19:10:05  ALERT YES DEMO-1: stop_loss FAILED',
      '',
      '19:10:00  YES DEMO-1  stop_loss (CRITICAL): sell all, 60.00 contracts',
      '19:10:00  ALERT critical exit_failed: FAILED',
    ]);
  });

  test.each([
    [80, 24],
    [40, 10],
    [120, 6],
  ])('fits %s × %s, however much there is', (width, height) => {
    const picture = aPicture({
      positions: Array.from({ length: 50 }, (_, index) => aView({ id: `p${index}`, exit: aStep })),
      events: Array.from({ length: 50 }, () => aDecision()),
    });
    const lines = renderLive(picture, { width, height, paint: plainPaint });
    expect(lines.length).toBeLessThanOrEqual(height);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
    expect(lines.some((line) => /… and \d+ more/.test(line))).toBe(true);
  });
});

describe('the screen', () => {
  const aTerminal = () => {
    const written: string[] = [];
    return { written, columns: 80, rows: 2, write: (text: string) => written.push(text) };
  };

  test('draws what fits in one write, only what is new, and gives the terminal back with its cursor', () => {
    const terminal = aTerminal();
    const screen = new Screen(terminal);
    screen.open();
    screen.draw(['a', 'b', 'c']);
    screen.draw(['a', 'b', 'c']);
    screen.draw(['a']);
    screen.close();
    screen.close();
    screen.draw(['late']);
    expect(terminal.written).toEqual([
      '\u001b[?1049h\u001b[?25l',
      '\u001b[?2026h\u001b[Ha\u001b[K\r\nb\u001b[K\u001b[J\u001b[?2026l',
      '\u001b[?2026h\u001b[Ha\u001b[K\u001b[J\u001b[?2026l',
      '\u001b[?25h\u001b[?1049l',
    ]);
  });
});

describe('lines for files and pipes', () => {
  const aDaemon = (overrides: Partial<RunningDaemon['operations']> = {}): RunningDaemon => ({
    url: 'http://127.0.0.1:7717',
    operations: {
      positions: async () => [aView()],
      show: async () => aDetail({ state: 'closed', realized_pnl: '-5.700000', exits: [anExit()] }),
      ...overrides,
    },
    clock: { now: () => NOW },
    openAlerts: () => [],
  });

  test('a position is summed up once the store knows that it is closed', async () => {
    const answers = [aDetail({ state: 'exiting' }), aDetail({ state: 'closed' })];
    const lines: string[] = [];
    const view = new LineView((line) => lines.push(line));
    view.begin(aDaemon({ positions: async () => [], show: async () => answers.shift()! }));
    view.note(aDecision({ kind: 'state.changed', summary: 'exiting → closed (sold)' }));
    await view.end();
    expect(lines[2]).toContain('is closed: 100 bought');
    expect(lines.at(-1)).toMatch(/^a1b2c3 +closed/);
  });

  test('each event is a line in its order, a closed position is summed up, and a table ends it', async () => {
    const lines: string[] = [];
    const view = new LineView((line) => lines.push(line));
    view.begin(aDaemon());
    view.note(aDecision());
    view.note(aDecision({ kind: 'state.changed', summary: 'exiting → closed (sold)' }));
    await vi.waitFor(() => expect(lines.at(-1)).toContain('is closed'), { interval: 1 });
    view.note(aDecision({ kind: 'part.restarted', positionId: null, summary: 'feed threw' }));
    await view.end();
    expect(lines).toEqual([
      '2026-02-08 19:10:05  watching 1 position: http://127.0.0.1:7717/',
      '2026-02-08 19:10:00  a1b2c3 YES DEMO-1  stop_loss (CRITICAL): sell all, 60.00 contracts',
      '2026-02-08 19:10:00  a1b2c3 YES DEMO-1  state.changed: exiting → closed (sold)',
      '2026-02-08 19:10:00  a1b2c3 YES DEMO-1  is closed: 100 bought at $0.56, stop_loss sold 60 at $0.465, realized −$5.70',
      '2026-02-08 19:10:00  part.restarted: feed threw',
      expect.stringMatching(/^ID +STATE/),
      expect.stringMatching(/^a1b2c3 +open/),
      expect.stringMatching(/^a1b2c3 +closed/),
    ]);
  });

  test('of many that closed the last are kept, and the sum of those before; the journal of none', async () => {
    const lines: string[] = [];
    const view = new LineView((line) => lines.push(line));
    const closed = (id: string) => aDetail({ id, state: 'closed', realized_pnl: '-0.500000' });
    view.begin(aDaemon({ positions: async () => [], show: async (id) => closed(id) }));
    for (let i = 0; i < 103; i++) {
      const told = { positionId: `p${i}`, kind: 'state.changed', summary: 'exiting → closed (sold)' };
      view.note(aDecision(told));
      await vi.waitFor(() => expect(lines.at(-1)).toContain('is closed'), { interval: 1 });
    }
    await view.end();
    expect(lines.filter((line) => /^p\d+ +closed/.test(line))).toHaveLength(100);
    expect(lines.at(-1)).toBe('and 3 positions that closed before, realized −$1.50');
  });

  test('a store that is silent about closings holds up no other line', async () => {
    const lines: string[] = [];
    const view = new LineView((line) => lines.push(line));
    view.begin(aDaemon({ show: () => new Promise(() => {}) }));
    for (let i = 0; i < 200; i++)
      view.note(aDecision({ kind: 'state.changed', summary: 'exiting → closed (sold)' }));
    view.note(aDecision({ kind: 'part.restarted', positionId: null, summary: 'feed threw' }));
    await vi.waitFor(() => expect(lines.at(-1)).toContain('feed threw'));
    expect(lines).toHaveLength(202);
  });

  test('a daemon that can not answer any more costs no line', async () => {
    const lines: string[] = [];
    const view = new LineView((line) => lines.push(line));
    view.note(aDecision());
    const fail = () => Promise.reject(new Error('closed'));
    view.begin(aDaemon({ positions: fail, show: fail }));
    view.note(aDecision({ kind: 'state.changed', summary: 'exiting → closed (sold)' }));
    await view.end();
    expect(lines).toEqual([
      '2026-02-08 19:10:00  a1b2c3  stop_loss (CRITICAL): sell all, 60.00 contracts',
      '2026-02-08 19:10:05  watching 0 positions: http://127.0.0.1:7717/',
      '2026-02-08 19:10:00  a1b2c3  state.changed: exiting → closed (sold)',
    ]);
  });
});
