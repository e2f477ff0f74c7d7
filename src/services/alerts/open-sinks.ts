import type { AlertsConfig } from '../config/schema-alerts.ts';
import type { Sink, SinkWorld } from './sink.ts';
import { createTelegramSink } from './telegram-sink.ts';
import { createWebhookSink } from './webhook-sink.ts';

/** A receiver, and the part of the configuration that makes it, as text: two of the same are the same receiver. */
export interface ConfiguredSink {
  settings: string;
  sink: Sink;
}

/** Everybody whom the configuration names. */
export function openSinks({ webhooks, telegram }: AlertsConfig, world: SinkWorld): ConfiguredSink[] {
  const hooks = webhooks.map((config) => ({
    settings: JSON.stringify(config),
    sink: createWebhookSink(config, world),
  }));
  if (telegram === null) return hooks;
  return [...hooks, { settings: JSON.stringify(telegram), sink: createTelegramSink(telegram, world) }];
}
