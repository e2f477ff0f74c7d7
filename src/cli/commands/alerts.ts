import type { Command } from 'commander';
import type { SinkTest } from '../../services/alerts/test-sinks.ts';
import { newCommand, withoutSubcommand } from '../new-command.ts';
import { type ConfigChoice, type OutputChoice, withConfig, withJson } from '../options.ts';
import { complain, print, printJson, stdoutStyle } from '../output.ts';
import type { Paint } from '../paint.ts';
import { withOperations } from '../with-operations.ts';

type Choices = ConfigChoice & OutputChoice;

/** `postern alerts | alerts test`: what is open, and whether those who should hear of it can be reached. */
export function addAlerts(program: Command): void {
  const alerts = newCommand(program, {
    usage: 'alerts',
    summary: 'show the open alerts, or send a test message to everybody who is told of them',
    examples: ['postern alerts', 'postern alerts test --config config/kalshi.yaml'],
  });
  withoutSubcommand(withJson(withConfig(alerts)), listAlerts);
  const test = newCommand(alerts, {
    usage: 'test',
    summary: 'send a test message to each webhook and to Telegram, as the configuration names them',
    details:
      'Needs no daemon, and asks none: what counts is the configuration, and the environment of this shell. Exits with ' +
      '1 when a message did not arrive, or when there is nobody to send one to.',
    examples: ['postern alerts test', 'POSTERN_TELEGRAM_TOKEN=… postern alerts test --config my.yaml'],
  });
  withJson(withConfig(test)).action(testAlerts);
}

async function listAlerts(choices: Choices): Promise<void> {
  const alerts = await withOperations(choices, ({ account }) => account.alerts());
  if (choices.json) return printJson(alerts);
  const { renderAlerts } = await import('../render-alerts.ts');
  print(...renderAlerts(alerts, stdoutStyle().paint));
}

async function testAlerts(_: Choices, command: Command): Promise<void> {
  const choices = command.optsWithGlobals<Choices>();
  const { loadConfig } = await import('../../services/config/load-config.ts');
  const config = loadConfig({ file: choices.config ?? null, env: process.env });
  const { testSinks } = await import('../../services/alerts/test-sinks.ts');
  const { createSystemClock } = await import('../../services/clock.ts');
  const { createFetchHttp } = await import('../../services/venues/kalshi/client/http.ts');
  const { readDaemonFile } = await import('../../services/process/data-dir.ts');
  const instance = readDaemonFile(config.dataDir)?.instance ?? null;
  const world = { http: createFetchHttp(), clock: createSystemClock(), env: process.env };
  const tests = await testSinks(config.alerts, instance, world);
  const isWell = tests.length > 0 && tests.every(({ ok }) => ok);
  if (!isWell) process.exitCode = 1;
  if (choices.json) return printJson({ ok: isWell, tests });
  if (tests.length === 0)
    return complain(
      'nobody is told of alerts but the log: alerts.webhooks is empty and alerts.telegram has no chat_id',
    );
  const { plainText } = await import('../format.ts');
  print(...tests.map((test) => lineOf(test, stdoutStyle().paint, plainText)));
}

const lineOf = ({ sink, ok, problem }: SinkTest, paint: Paint, plain: (text: string) => string): string =>
  ok
    ? `${paint('ok  ', 'good')}  ${plain(sink)}`
    : `${paint('FAIL', 'bad')}  ${plain(sink)}: ${plain(problem ?? '')}`;
