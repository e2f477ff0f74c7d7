import { type Command, Option } from 'commander';
import type { Priority } from '../../domain/method.ts';
import type { Quantity } from '../../domain/money.ts';
import type { ExitTerms, Operations, PositionView } from '../../services/operations/operations.ts';
import { newCommand } from '../new-command.ts';
import {
  type ConfigChoice,
  type OutputChoice,
  readPriority,
  readQuantity,
  withConfig,
  withJson,
} from '../options.ts';
import { print, printJson, stdoutStyle } from '../output.ts';
import { withOperations } from '../with-operations.ts';
import { type ReasonChoice, withReason, wordOf } from '../words.ts';

type Choices = ConfigChoice & OutputChoice & ReasonChoice;

/** `postern exit | hold | release | resume | retry`: an operator's word on one position. */
export function addOperate(program: Command): void {
  addExit(program);
  addHold(program);
  addPlain(program, 'release', 'let all conditions exit a held position again');
  addPlain(program, 'resume', 'go back to watching a failed position');
  addPlain(program, 'retry', 'try the exit of a failed position again, now');
}

function addExit(program: Command): void {
  const command = newCommand(program, {
    usage: 'exit <id>',
    summary: 'sell a position, or a part of it, now',
    details:
      'Replaces an exit that is running, whatever its priority; the conditions that were triggered by then do not ' +
      'take it back, a new one of higher priority does.',
    examples: [
      'postern exit a1b2c3',
      'postern exit a1b2c3 --quantity 10 --priority CRITICAL --reason "news"',
      'postern exit a1b2c3 --preview',
    ],
  })
    .addOption(
      new Option('--quantity <q>', 'how many contracts (default: all that is left)').argParser(readQuantity),
    )
    .addOption(
      new Option('--priority <p>', 'CRITICAL, HIGH, MEDIUM or LOW').argParser(readPriority).default('HIGH'),
    )
    .option('--preview', 'say what it would do now, and do nothing');
  withChoices(command).action((id: string, choices: ExitChoices) => {
    const terms = { quantity: choices.quantity ?? null, priority: choices.priority };
    if (choices.preview) return preview(id, terms, choices);
    return operate(choices, (operations) => operations.exit(id, { ...terms, ...wordOf(choices) }));
  });
}

type ExitChoices = Choices & { quantity?: Quantity; priority: Priority; preview?: true };

async function preview(id: string, terms: ExitTerms, choices: Choices): Promise<void> {
  const said = await withOperations(choices, (operations) => operations.previewExit(id, terms));
  if (choices.json) return printJson(said);
  const { plainText } = await import('../format.ts');
  print(plainText(said.text));
}

function addHold(program: Command): void {
  const command = newCommand(program, {
    usage: 'hold <id>',
    summary: 'let only CRITICAL conditions exit a position',
    details: 'A running exit finishes unless --cancel is given.',
    examples: ['postern hold a1b2c3', 'postern hold a1b2c3 --cancel'],
  }).option('--cancel', 'cancel the exit that is running');
  withChoices(command).action((id: string, choices: Choices & { cancel?: true }) =>
    operate(choices, (operations) =>
      operations.hold(id, { cancel: choices.cancel === true, ...wordOf(choices) }),
    ),
  );
}

function addPlain(program: Command, name: 'release' | 'resume' | 'retry', summary: string): void {
  const command = newCommand(program, {
    usage: `${name} <id>`,
    summary,
    examples: [`postern ${name} a1b2c3`],
  });
  withChoices(command).action((id: string, choices: Choices) =>
    operate(choices, (operations) => operations[name](id, wordOf(choices))),
  );
}

const withChoices = (command: Command): Command => withJson(withConfig(withReason(command)));

async function operate(
  choices: Choices,
  ask: (operations: Operations) => Promise<PositionView>,
): Promise<void> {
  const position = await withOperations(choices, ask);
  if (choices.json) return printJson(position);
  const { renderPositions } = await import('../positions-table.ts');
  print(...renderPositions([position], stdoutStyle()));
}
