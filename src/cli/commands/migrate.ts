import type { Command } from 'commander';
import { newCommand } from '../new-command.ts';
import { type ConfigChoice, type OutputChoice, withConfig, withJson } from '../options.ts';
import { print, printJson } from '../output.ts';

/** `postern migrate`: brings the configuration's database to this program's schema. */
export function addMigrate(program: Command): void {
  const command = newCommand(program, {
    usage: 'migrate',
    summary: 'bring the database up to date',
    details:
      'Safe to run again: what is up to date is left alone. A daemon that holds the database must be stopped first.',
    examples: ['postern migrate --config config/demo.yaml'],
  });
  withJson(withConfig(command)).action(migrate);
}

async function migrate(choices: ConfigChoice & OutputChoice): Promise<void> {
  const { loadConfig } = await import('../../services/config/load-config.ts');
  const { migrateConfigured } = await import('../migrate-configured.ts');
  const { database, migrated } = await migrateConfigured(
    loadConfig({ file: choices.config ?? null, env: process.env }),
  );
  if (choices.json) return printJson({ database, migrated });
  print(migrated ? `${database}: brought up to date` : `${database}: was up to date, nothing to do`);
}
