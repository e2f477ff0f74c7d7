import type { AlertsConfig } from '../config/schema-alerts.ts';
import type { Message } from './message.ts';
import { openSinks } from './open-sinks.ts';
import type { SinkWorld } from './sink.ts';

/** Whether a test message reached a receiver; `problem` says why not. */
export interface SinkTest {
  sink: string;
  ok: boolean;
  problem: string | null;
}

/** Sends one test message to each receiver, once and side by side. */
export async function testSinks(
  config: AlertsConfig,
  instance: string | null,
  world: Omit<SinkWorld, 'timeoutMs'>,
): Promise<SinkTest[]> {
  const sinks = openSinks(config, { ...world, timeoutMs: () => config.timeoutMs });
  const message: Message = { news: [], isTest: true, lost: 0, instance, sentAt: world.clock.now() };
  return Promise.all(
    sinks.map(async ({ sink }): Promise<SinkTest> => {
      const delivery = await sink.deliver(message);
      const problem = delivery.kind === 'delivered' ? null : delivery.reason;
      return { sink: sink.name, ok: problem === null, problem };
    }),
  );
}
