import { z } from 'zod';
import type { TelegramConfig } from '../config/schema-alerts.ts';
import type { Message } from './message.ts';
import { readSecret, type Secret } from './secret.ts';
import { type Delivery, failed, judge, postJson, type Sink, type SinkWorld } from './sink.ts';
import { telegramBody } from './templates.ts';

/** What the Bot API answers; https://core.telegram.org/bots/api#making-requests */
const answerSchema = z.object({
  ok: z.boolean().optional(),
  description: z.string().optional(),
  parameters: z.object({ retry_after: z.number().nonnegative().optional() }).optional(),
});

/** Sends to a chat through a Telegram bot. */
export function createTelegramSink(config: TelegramConfig, world: SinkWorld): Sink {
  const token = async (): Promise<Secret> => {
    const secret = await readSecret(config.token, world.env);
    if (secret.kind === 'missing' || /^\d+:[\w-]+$/.test(secret.value)) return secret;
    return { kind: 'missing', reason: 'what stands there is not the token of a bot (123456:ABC…)' };
  };
  return {
    name: 'telegram',
    minSeverity: config.minSeverity,
    async check() {
      const secret = await token();
      return secret.kind === 'missing' ? secret.reason : null;
    },
    async deliver(message: Message): Promise<Delivery> {
      const secret = await token();
      if (secret.kind === 'missing') return failed(secret.reason);
      const url = new URL(`${config.apiRoot.replace(/\/+$/, '')}/bot${secret.value}/sendMessage`);
      const answer = await postJson(world, url, telegramBody(message, config.chatId));
      if (answer.kind === 'failed') return failed(answer.reason);
      const { ok, description, parameters } = readAnswer(answer.body);
      if (ok === false && answer.status < 300) return failed('Telegram answers that it is not ok');
      const retryAfter = parameters?.retry_after;
      const headers =
        retryAfter === undefined ? answer.headers : { ...answer.headers, 'retry-after': String(retryAfter) };
      const secrets = [secret.value, ...secret.value.split(':')];
      return judge({ ...answer, headers }, description ?? '', secrets, world.clock.now());
    },
  };
}

function readAnswer(body: string): z.output<typeof answerSchema> {
  try {
    return answerSchema.safeParse(JSON.parse(body)).data ?? {};
  } catch {
    return {};
  }
}
