import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import type { OutboxCounts } from '../../../src/services/alerts/outbox.ts';
import { gaugeMessages } from '../../../src/services/metrics/message-gauges.ts';
import { parseExposition } from '../../support/exposition.ts';

const counts = (sink: string, change: Partial<OutboxCounts> = {}): OutboxCounts => ({
  ...{ sink, sent: 0, failed: 0, lost: 0, waiting: 0 },
  ...change,
});

test('messages about alerts are counted by receiver, as they are when somebody scrapes', async () => {
  const registry = new Registry();
  let now = [counts('telegram', { sent: 3, failed: 2, waiting: 1 }), counts('webhook at hooks.example')];
  gaugeMessages(registry, () => now);
  const scrape = async () =>
    Object.fromEntries(
      [...parseExposition(await registry.metrics()).values()].flatMap(({ samples }) =>
        samples.map(({ labels, value }) => [Object.values(labels).join(' '), value]),
      ),
    );
  expect(await scrape()).toEqual({
    ...{ 'telegram sent': 3, 'telegram failed': 2, 'telegram lost': 0, telegram: 1 },
    ...{ 'webhook at hooks.example sent': 0, 'webhook at hooks.example failed': 0 },
    ...{ 'webhook at hooks.example lost': 0, 'webhook at hooks.example': 0 },
  });
  now = [counts('ops', { sent: 4 }), counts('ops', { sent: 1, lost: 7 })];
  expect(await scrape()).toEqual({ 'ops sent': 5, 'ops failed': 0, 'ops lost': 7, ops: 0 });
});
