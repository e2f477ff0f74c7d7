import type { Command } from 'commander';
import { newCommand } from '../new-command.ts';
import { type ConfigChoice, withConfig } from '../options.ts';
import { print } from '../output.ts';

/** `postern page`: the way to the page of the running daemon. */
export function addPage(program: Command): void {
  const command = newCommand(program, {
    usage: 'page',
    summary: "print the link to the running daemon's page",
    details:
      'The link holds the token, so the page behind it may act: keep it to yourself. The browser never sends that part of ' +
      'it. Without the token the page only shows.',
    examples: ['postern page', 'postern page --config config/demo.yaml'],
  });
  withConfig(command).action(showLink);
}

async function showLink(choices: ConfigChoice): Promise<void> {
  const { loadConfig } = await import('../../services/config/load-config.ts');
  const { dataDir } = loadConfig({ file: choices.config ?? null, env: process.env });
  const { findDaemon } = await import('../../services/http/client.ts');
  const daemon = await findDaemon(dataDir);
  if (daemon === null) {
    const { OperationError } = await import('../../services/operations/operations.ts');
    throw new OperationError(
      'unavailable',
      `no daemon runs on ${dataDir}: "postern run" starts one, or --config names another`,
    );
  }
  print(`${daemon.url}/${daemon.token === null ? '' : `#token=${daemon.token}`}`);
}
