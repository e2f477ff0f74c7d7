import type { Command } from 'commander';
import { newCommand } from '../new-command.ts';
import { type ConfigChoice, type OutputChoice, withConfig, withJson } from '../options.ts';
import { complain, print, printJson, stdoutStyle } from '../output.ts';
import { withOperations } from '../with-operations.ts';

type Choices = ConfigChoice & OutputChoice;

/** `postern positions | show | explain`: what is watched, and why it did or did not exit. */
export function addPositions(program: Command): void {
  const positions = newCommand(program, {
    usage: 'positions',
    summary: 'list the positions',
    examples: ['postern positions', 'postern positions --all --json'],
  });
  withJson(withConfig(positions.option('--all', 'closed ones too'))).action(listPositions);
  const show = newCommand(program, {
    usage: 'show <id>',
    summary: 'show one position with its exits, alerts and journal',
    examples: ['postern show a1b2c3'],
  });
  withJson(withConfig(show)).action(showPosition);
  const explain = newCommand(program, {
    usage: 'explain <id>',
    summary: 'tell why a position exited, or why it has not',
    details:
      'Prints the last evaluation of its ten conditions with their numbers, and the story of each exit.',
    examples: ['postern explain a1b2c3'],
  });
  withJson(withConfig(explain)).action(explainPosition);
}

async function listPositions(choices: Choices & { all?: true }): Promise<void> {
  const positions = await withOperations(choices, (operations) =>
    operations.positions({ closed: choices.all === true }),
  );
  if (choices.json) return printJson(positions);
  if (positions.length === 0) return complain(`no ${choices.all ? '' : 'open '}positions`);
  const { renderPositions } = await import('../positions-table.ts');
  print(...renderPositions(positions, stdoutStyle()));
}

async function showPosition(id: string, choices: Choices): Promise<void> {
  const position = await withOperations(choices, (operations) => operations.show(id));
  if (choices.json) return printJson(position);
  const { renderPosition } = await import('../render-position.ts');
  print(...renderPosition(position, stdoutStyle().paint));
}

async function explainPosition(id: string, choices: Choices): Promise<void> {
  const explanation = await withOperations(choices, (operations) => operations.explain(id));
  if (choices.json) return printJson(explanation);
  const { renderExplanation } = await import('../render-explanation.ts');
  print(...renderExplanation(explanation, stdoutStyle()));
}
