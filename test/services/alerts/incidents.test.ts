import { describe, expect, test } from 'vitest';
import { MINUTE, NOON, SECOND } from '../../support/domain-builders.ts';
import { AlertRig, alertsOf, HOOK, raised } from './alert-rig.ts';

const events = (rig: AlertRig) => rig.taken().map(({ at, body }) => `${at} ${body.event} ${body.key}`);

const pause = raised({
  key: 'entries_paused',
  kind: 'entries_paused',
  severity: 'warning',
  positionId: null,
});

describe('an incident', () => {
  test('is told once, and its end is told with how long it lasted', async () => {
    const rig = new AlertRig();
    rig.sender.alertRaised(raised());
    await rig.pass(1);
    rig.sender.alertRaised(raised({ times: 2, lastAt: NOON + 600 * SECOND, text: 'again' }));
    await rig.pass(1);
    rig.sender.alertResolved(raised({ resolvedAt: NOON + 12 * MINUTE }));
    await rig.pass(1);
    const bodies = rig.taken().map(({ body }) => body);
    expect(bodies).toEqual([
      {
        ...{
          version: 1,
          event: 'raised',
          key: 'orphaned:pos-1',
          kind: 'position_orphaned',
          severity: 'critical',
        },
        ...{ position: 'pos-1', market: 'GAME-A', text: 'no quote for 2 minutes', times: 1 },
        advice: { next: expect.stringContaining('first fresh one'), you: expect.stringContaining('by hand') },
        ...{
          raised_at: new Date(NOON).toISOString(),
          resolved_at: null,
          sent_at: new Date(NOON).toISOString(),
        },
        ...{ instance: 'ab12cd', lost: 0, alerts: [] },
      },
      expect.objectContaining({
        ...{ event: 'resolved', key: 'orphaned:pos-1' },
        resolved_at: new Date(NOON + 12 * MINUTE).toISOString(),
      }),
    ]);
  });

  test('that is critical is told again while it lasts, at most every repeat_seconds', async () => {
    const rig = new AlertRig(`${HOOK}\nrepeat_seconds: 600`);
    rig.sender.alertRaised(raised());
    for (let times = 2; times <= 20; times += 1) {
      await rig.pass(100);
      rig.sender.alertRaised(raised({ times }));
    }
    expect(events(rig)).toEqual([
      '0 raised orphaned:pos-1',
      ...[600, 1200, 1800].map((at) => `${at} repeated orphaned:pos-1`),
    ]);
    rig.sender.alertResolved(raised({ resolvedAt: NOON + 1_900 * SECOND }));
    await rig.pass(3_600);
    expect(events(rig)).toEqual(['1900 resolved orphaned:pos-1']);
  });

  test('that is no more than a warning is told once, however long it lasts', async () => {
    const rig = new AlertRig();
    rig.sender.alertRaised(pause);
    await rig.pass(86_400);
    expect(events(rig)).toEqual(['0 raised entries_paused']);
  });

  test('that gets worse is told again at once', async () => {
    const rig = new AlertRig();
    const region = { key: 'key_region_expires', kind: 'key_region_expires', positionId: null };
    rig.sender.alertRaised(raised({ ...region, severity: 'warning' }));
    rig.sender.alertRaised(raised({ ...region, severity: 'critical', times: 2 }));
    rig.sender.alertRaised(raised({ ...region, severity: 'warning', times: 3 }));
    await rig.pass(1);
    expect(rig.taken().map(({ body }) => [body.event, body.severity])).toEqual([
      ['raised', 'warning'],
      ['raised', 'critical'],
    ]);
  });

  test('that comes back is another one', async () => {
    const rig = new AlertRig();
    for (const at of [0, 10]) {
      rig.sender.alertRaised(raised({ raisedAt: NOON + at * SECOND }));
      rig.sender.alertResolved(
        raised({ raisedAt: NOON + at * SECOND, resolvedAt: NOON + (at + 5) * SECOND }),
      );
      await rig.pass(10);
    }
    expect(events(rig).map((line) => line.split(' ')[1])).toEqual([
      'raised',
      'resolved',
      'raised',
      'resolved',
    ]);
  });

  test('that nobody was told of ends in silence', async () => {
    const rig = new AlertRig(`${HOOK}\nmin_severity: critical`);
    rig.sender.alertRaised(pause);
    rig.sender.alertResolved({ ...pause, resolvedAt: NOON + SECOND });
    rig.sender.alertResolved(raised({ key: 'never raised', resolvedAt: NOON }));
    await rig.pass(60);
    expect(events(rig)).toEqual([]);
  });
});

test('each receiver has its own least severity', async () => {
  const rig = new AlertRig(
    'min_severity: critical\nwebhooks: [{url: "http://127.0.0.1:1/all", min_severity: info}, {url: "http://127.0.0.1:1/bad"}]',
  );
  rig.sender.alertRaised(raised({ severity: 'info', key: 'a' }));
  rig.sender.alertRaised(raised({ severity: 'critical', key: 'b' }));
  await rig.pass(1);
  const told = rig.taken().map(({ url, body }) => `${new URL(url).pathname} ${body.key}`);
  expect(told.sort()).toEqual(['/all a', '/all b', '/bad b']);
});

describe('after a restart', () => {
  const open = [raised(), { ...pause, raisedAt: NOON - MINUTE }];

  test('what is critical and still open is said so once, later; the rest is not told as new', async () => {
    const rig = new AlertRig(`${HOOK}\nrepeat_seconds: 600`, { open });
    rig.sender.alertRaised(raised({ times: 2 }));
    await rig.pass(29);
    expect(events(rig)).toEqual([]);
    await rig.pass(700);
    expect(events(rig)).toEqual(['30 repeated orphaned:pos-1', '630 repeated orphaned:pos-1']);
    rig.sender.alertResolved({ ...pause, resolvedAt: NOON + 700 * SECOND });
    await rig.pass(1);
    expect(events(rig)).toEqual(['729 resolved entries_paused']);
  });

  test('what the start itself ends is told as over', async () => {
    const rig = new AlertRig(HOOK, { open });
    rig.sender.alertResolved(raised({ resolvedAt: NOON + SECOND }));
    await rig.pass(120);
    expect(events(rig)).toEqual(['0 resolved orphaned:pos-1']);
  });
});

describe('a reload', () => {
  test('changes who is told; whoever stays is still told what waits', async () => {
    const rig = new AlertRig();
    rig.answers = [{ kind: 'failed', reason: 'no answer within 10000 ms' }];
    rig.sender.alertRaised(raised());
    await rig.pass();
    rig.settings = alertsOf('webhooks: [{url: "http://127.0.0.1:1/new"}, {url_env: OPS_HOOK}]');
    rig.sender.alertRaised(raised({ key: 'b' }));
    await rig.pass(2);
    const told = rig.taken().map(({ url, body }) => `${new URL(url).pathname} ${body.key}`);
    expect(told).toEqual([
      '/T0/B1/s3cr3t-path orphaned:pos-1',
      '/new b',
      '/T0/B1/s3cr3t-path orphaned:pos-1',
      '/T0/B1/s3cr3t-path b',
    ]);
  });

  test('tells a receiver that is gone what waited for it, and then no more', async () => {
    const rig = new AlertRig();
    rig.sender.alertRaised(raised());
    rig.settings = alertsOf('webhooks: []');
    rig.sender.alertRaised(raised({ key: 'b' }));
    await rig.pass(60);
    expect(events(rig)).toEqual(['0 raised orphaned:pos-1']);
  });
});
