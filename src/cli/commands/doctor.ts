import type { Command } from 'commander';
import type { Finding } from '../../services/doctor/doctor.ts';
import { newCommand } from '../new-command.ts';
import { type ConfigChoice, type OutputChoice, withConfig, withJson } from '../options.ts';
import { print, printJson, stdoutStyle } from '../output.ts';
import type { Paint, Tone } from '../paint.ts';

/** `postern doctor`: whether everything is in order for Postern to exit positions, and what to do where it is not. */
export function addDoctor(program: Command): void {
  const command = newCommand(program, {
    usage: 'doctor',
    summary: 'check key, exchange, account, data folder and database, and say what to do',
    details:
      'Only reads: it places no order, and shows no secret. Exits with 0 when nothing FAILs, with 1 when something does.',
    examples: ['postern doctor --config config/kalshi.yaml'],
  });
  withJson(withConfig(command)).action(doctor);
}

async function doctor(choices: ConfigChoice & OutputChoice): Promise<void> {
  const { loadConfig } = await import('../../services/config/load-config.ts');
  const config = loadConfig({ file: choices.config ?? null, env: process.env });
  const { examine } = await import('../../services/doctor/doctor.ts');
  const { createSystemClock } = await import('../../services/clock.ts');
  const { createFetchHttp } = await import('../../services/venues/kalshi/client/http.ts');
  const { createWebSocket } = await import('../../services/venues/kalshi/stream/socket.ts');
  const { plainText } = await import('../format.ts');
  const { paint } = stdoutStyle();
  const findings: Finding[] = [];
  for await (const finding of examine({
    ...{ config, file: choices.config ?? 'config/default.yaml' },
    clock: createSystemClock(),
    http: createFetchHttp(),
    openSocket: createWebSocket(),
  })) {
    findings.push(finding);
    if (!choices.json) print(lineOf(finding, paint, plainText));
  }
  const isWell = findings.every(({ verdict }) => verdict !== 'fail');
  if (choices.json) printJson({ ok: isWell, findings });
  if (!isWell) process.exitCode = 1;
}

const WORDS: Record<Finding['verdict'], [word: string, tone: Tone]> = {
  ok: ['ok', 'good'],
  warn: ['warn', 'warn'],
  fail: ['FAIL', 'bad'],
};

function lineOf({ check, verdict, text }: Finding, paint: Paint, plain: (text: string) => string): string {
  const [word, tone] = WORDS[verdict];
  return `${paint(word.padEnd(4), tone)}  ${check.padEnd(13)}  ${plain(text)}`;
}
