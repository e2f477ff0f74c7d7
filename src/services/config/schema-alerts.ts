import type { z } from 'zod';
import { SEVERITIES } from '../../actors/ports.ts';
import { checkRoot, isThisMachine } from '../venues/kalshi/client/http.ts';
import { bool, count, refuseValue, scalar, seconds, text, word } from './scalars.ts';
import { duration } from './schema-monitoring.ts';
import { crossCheck, list, mapping, type Report } from './shapes.ts';

/** Where a secret stands: never in the configuration itself. */
export type SecretSource = { kind: 'file'; path: string } | { kind: 'environment'; variable: string };

/** Refuses without repeating what stands there: a secret that was put into the wrong key must not reach a log. */
const unquoted = (allowed: string, fits: (text: string) => boolean) =>
  scalar(
    allowed,
    (given) => (fits(given) ? given : null),
    (input) => (input === undefined || input === '' ? refuseValue(input, allowed) : `must be ${allowed}`),
  );

const secretFile = () =>
  unquoted(
    'the path of a file that holds it',
    (path) => /^[^\0\n]{1,4096}$/.test(path) && !isSecretItself(path),
  );
const isSecretItself = (path: string): boolean => path.includes('://') || /^\d+:/.test(path);

const variable = () =>
  unquoted('the name of an environment variable', (name) => /^[A-Za-z_]\w{0,99}$/.test(name));

const OWN_HOOK =
  'a URL on this machine such as http://127.0.0.1:9000/alerts; any other may be a secret: put it into a file that ' +
  'url_file names, or into an environment variable that url_env names';

const webhookSchema = crossCheck(
  mapping({
    name: text('a name of letters, digits, " ", ".", "_" and "-"', /^[\p{L}\p{N} ._-]{1,40}$/u).optional(),
    url: unquoted(OWN_HOOK, isOwnHook).optional(),
    url_file: secretFile().optional(),
    url_env: variable().optional(),
    template: word(['json', 'slack']).optional(),
    min_severity: word(SEVERITIES).optional(),
    allow_http: bool().optional(),
  }),
  (hook, report) => {
    const given = [hook.url, hook.url_file, hook.url_env].filter((one) => one !== undefined);
    if (given.length !== 1) report([], 'must have one of url_file, url_env and url');
  },
).transform((hook) => ({
  name: hook.name ?? null,
  address: addressOf(hook),
  template: hook.template ?? ('json' as const),
  /** Null: as for all. */
  minSeverity: hook.min_severity ?? null,
  allowHttp: hook.allow_http ?? false,
}));

function addressOf(hook: {
  url?: string | undefined;
  url_file?: string | undefined;
  url_env?: string | undefined;
}): SecretSource | { kind: 'plain'; url: string } {
  if (hook.url !== undefined) return { kind: 'plain', url: hook.url };
  if (hook.url_file !== undefined) return { kind: 'file', path: hook.url_file };
  return { kind: 'environment', variable: hook.url_env! };
}

/** The environment variable that holds the token of the Telegram bot where no file is named. */
export const TELEGRAM_TOKEN = 'POSTERN_TELEGRAM_TOKEN';

const telegramShape = {
  chat_id: text('the id of a chat, or @ and the name of a channel', /^(-?\d{1,20}|@\w{4,40})$/).optional(),
  token_file: secretFile().optional(),
  api_root: unquoted(
    'a URL with https (http only to this machine), without token, user, query or fragment',
    isApiRoot,
  ),
  min_severity: word(SEVERITIES).optional(),
};

const telegramSchema = crossCheck(mapping(telegramShape), (telegram, report: Report) => {
  if (telegram.token_file !== undefined && telegram.chat_id === undefined)
    report(['chat_id'], 'is missing: must be the id of a chat, or @ and the name of a channel');
}).transform((telegram) =>
  telegram.chat_id === undefined
    ? null
    : {
        chatId: telegram.chat_id,
        token: tokenOf(telegram.token_file),
        apiRoot: telegram.api_root,
        minSeverity: telegram.min_severity ?? null,
      },
);

const tokenOf = (path: string | undefined): SecretSource =>
  path === undefined ? { kind: 'environment', variable: TELEGRAM_TOKEN } : { kind: 'file', path };

/** Who is told of incidents beside the log, how often and how persistently. */
export const alertsSchema = mapping({
  min_severity: word(SEVERITIES),
  repeat_seconds: seconds({ min: '10', max: '31536000' }),
  max_per_minute: count({ min: '1', max: '1000' }),
  timeout_seconds: seconds({ min: '0.1', max: '60' }),
  backoff_seconds: list(duration(), 'seconds', 1),
  webhooks: list(webhookSchema, 'webhooks ({url_file or url_env, template})'),
  telegram: telegramSchema,
}).transform((block) => ({
  minSeverity: block.min_severity,
  repeatMs: block.repeat_seconds,
  maxPerMinute: block.max_per_minute,
  timeoutMs: block.timeout_seconds,
  backoffMs: block.backoff_seconds,
  webhooks: block.webhooks,
  telegram: block.telegram,
}));

export type AlertsConfig = z.output<typeof alertsSchema>;
export type WebhookConfig = AlertsConfig['webhooks'][number];
export type TelegramConfig = NonNullable<AlertsConfig['telegram']>;

function isApiRoot(url: string): boolean {
  try {
    return !/\/bot\d/.test(checkRoot(url, 'http').pathname);
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function isOwnHook(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, username, password } = new URL(url);
  return (
    ['http:', 'https:'].includes(protocol) && isThisMachine(hostname) && username === '' && password === ''
  );
}
