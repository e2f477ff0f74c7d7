import { type Command, Option } from 'commander';
import type { FlattenWish } from '../../services/operations/account-operations.ts';
import { newCommand } from '../new-command.ts';
import { type ConfigChoice, type OutputChoice, withConfig, withJson } from '../options.ts';
import { complain, print, printJson, stdoutStyle } from '../output.ts';
import { withOperations } from '../with-operations.ts';
import { type ReasonChoice, withReason, wordOf } from '../words.ts';

interface Choices extends ConfigChoice, OutputChoice, ReasonChoice {
  yes?: true;
  priority: FlattenWish['priority'];
}

/** `postern flatten`: an end to it all. */
export function addFlatten(program: Command): void {
  const command = newCommand(program, {
    usage: 'flatten',
    summary: 'pause entries and sell every open position',
    details:
      'Without --yes it only shows what would be sold, and exits with 2. Exits of everything that work already at this ' +
      'priority or a higher one go on. Exits with 1 when a position could not be told.',
    examples: ['postern flatten', 'postern flatten --yes --priority CRITICAL --reason "exchange trouble"'],
  })
    .option('--yes', 'do it')
    .addOption(
      new Option('--priority <p>', 'of the exits').choices(['CRITICAL', 'HIGH'] as const).default('HIGH'),
    );
  withJson(withConfig(withReason(command))).action(flatten);
}

async function flatten(choices: Choices): Promise<void> {
  const { priority } = choices;
  const flattening = await withOperations(choices, ({ account }) =>
    choices.yes ? account.flatten({ ...wordOf(choices), priority }) : account.previewFlatten(),
  );
  if (choices.json) printJson(flattening);
  else {
    const { renderFlattening } = await import('../render-account.ts');
    print(...renderFlattening(flattening, stdoutStyle()));
  }
  if (choices.yes !== true) {
    complain('nothing was sold: add --yes to do it');
    process.exitCode = 2;
    return;
  }
  if (flattening.entries_paused === false) complain('postern: entries could not be paused');
  const isDone = flattening.positions.every(({ result }) => result !== 'not_sold');
  if (!isDone || flattening.entries_paused === false) process.exitCode = 1;
}
