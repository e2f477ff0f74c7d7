import type { Command } from 'commander';
import { UsageError } from '../failure.ts';
import { newCommand } from '../new-command.ts';
import { type ConfigChoice, type OutputChoice, withConfig, withJson } from '../options.ts';
import { print, printJson } from '../output.ts';

/** `postern check-config [FILE]`: all that is wrong with a configuration, or what it defines. */
export function addCheckConfig(program: Command): void {
  const command = newCommand(program, {
    usage: 'check-config [file]',
    summary: 'tell all that is wrong with a configuration, or what it defines',
    examples: ['postern check-config config/demo.yaml'],
  });
  withJson(withConfig(command)).action(checkConfig);
}

async function checkConfig(
  argument: string | undefined,
  options: ConfigChoice & OutputChoice,
): Promise<void> {
  if (argument !== undefined && options.config !== undefined) throw new UsageError('name one file, not two');
  const file = argument ?? options.config ?? null;
  const { describeConfig } = await import('../describe-config.ts');
  const { loadConfig } = await import('../../services/config/load-config.ts');
  const defined = describeConfig(loadConfig({ file, env: process.env }));
  if (options.json) return printJson({ file: file ?? 'config/default.yaml', ok: true, ...defined });
  print(`${file ?? 'config/default.yaml'}: ok`);
  for (const [what, words] of Object.entries(defined)) print(`  ${`${what}:`.padEnd(10)} ${words}`);
}
