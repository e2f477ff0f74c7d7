import type { WebhookConfig } from '../config/schema-alerts.ts';
import { isThisMachine } from '../venues/kalshi/client/http.ts';
import type { Message } from './message.ts';
import { readSecret } from './secret.ts';
import { type Delivery, failed, judge, postJson, type Sink, type SinkWorld } from './sink.ts';
import { jsonBody, slackBody } from './templates.ts';

const BODIES = { json: jsonBody, slack: slackBody };

/** Posts to a web address, which may be a secret. */
export function createWebhookSink(config: WebhookConfig, world: SinkWorld): Sink {
  const address = async (): Promise<URL | string> => {
    if (config.address.kind === 'plain') return new URL(config.address.url);
    const secret = await readSecret(config.address, world.env);
    return secret.kind === 'ok' ? readAddress(secret.value, config.allowHttp) : secret.reason;
  };
  return {
    name: config.name ?? `webhook ${describeAddress(config.address)}`,
    minSeverity: config.minSeverity,
    async check() {
      const url = await address();
      return typeof url === 'string' ? url : null;
    },
    async deliver(message: Message): Promise<Delivery> {
      const url = await address();
      if (typeof url === 'string') return failed(url);
      const answer = await postJson(world, url, BODIES[config.template](message));
      if (answer.kind === 'failed') return failed(answer.reason);
      return judge(answer, answer.body, partsOf(url), world.clock.now());
    },
  };
}

/** By what stands in the configuration. */
function describeAddress(address: WebhookConfig['address']): string {
  if (address.kind === 'plain') return `at ${new URL(address.url).host}`;
  return address.kind === 'file' ? `of ${address.path}` : `of $${address.variable}`;
}

/** The address, or why it is none; never repeats it. */
function readAddress(text: string, allowHttp: boolean): URL | string {
  if (!URL.canParse(text)) return 'what stands there is not a URL';
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return 'the URL must begin with https:// (or http://)';
  if (url.username !== '' || url.password !== '') return 'the URL must hold no user name and no password';
  if (url.protocol === 'http:' && !allowHttp && !isThisMachine(url.hostname))
    return 'the URL must begin with https://: plain http leaves this machine only with allow_http';
  return url;
}

/** What of an address must not be repeated. */
const partsOf = ({ href, pathname, search, searchParams }: URL): string[] => [
  href,
  pathname + search,
  pathname,
  ...pathname.split('/'),
  ...searchParams.values(),
];
