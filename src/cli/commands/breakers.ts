import { type Command, InvalidArgumentError, Option } from 'commander';
import { BREAKERS, type BreakerName } from '../../actors/ports.ts';
import type { Money } from '../../domain/money.ts';
import { refuseWord } from '../../services/config/nearest-word.ts';
import { newCommand, withoutSubcommand } from '../new-command.ts';
import { type ConfigChoice, type OutputChoice, readDollars, withConfig, withJson } from '../options.ts';
import { print, printJson, stdoutStyle } from '../output.ts';
import { withOperations } from '../with-operations.ts';
import { wordOf } from '../words.ts';

type Choices = ConfigChoice & OutputChoice;

interface ResetChoices extends Choices {
  reason: string;
  limit?: Money;
  untilTomorrow?: true;
}

/** `postern breakers | breakers reset`: the account's circuit breakers. */
export function addBreakers(program: Command): void {
  const breakers = newCommand(program, {
    usage: 'breakers',
    summary: 'show the circuit breakers, or reset one',
    examples: ['postern breakers', 'postern breakers reset database --reason "disk was full"'],
  });
  withoutSubcommand(withJson(withConfig(breakers)), listBreakers);
  const reset = newCommand(breakers, {
    usage: 'reset',
    summary: 'reset a tripped breaker',
    details:
      'The loss breaker would trip again at once on the same day: give it a new limit for the rest of the day, or none ' +
      'until tomorrow. The API breaker resets itself.',
    examples: [
      'postern breakers reset daily_loss --limit 800 --reason "hedged elsewhere"',
      'postern breakers reset daily_loss --until-tomorrow --reason "flat for today"',
    ],
  })
    .argument('<name>', BREAKERS.join(', '), readBreaker)
    .requiredOption('--reason <text>', 'why, for the journal')
    .addOption(
      new Option('--limit <dollars>', "another limit for the rest of the day's losses")
        .argParser(readDollars)
        .conflicts('untilTomorrow'),
    )
    .option('--until-tomorrow', 'no limit for the rest of the day');
  withJson(withConfig(reset)).action(resetBreaker);
}

async function listBreakers(choices: Choices): Promise<void> {
  const breakers = await withOperations(choices, ({ account }) => account.breakers());
  if (choices.json) return printJson(breakers);
  const { renderBreakers } = await import('../render-account.ts');
  print(...renderBreakers(breakers, stdoutStyle()));
}

async function resetBreaker(name: BreakerName, _: ResetChoices, command: Command): Promise<void> {
  const choices = command.optsWithGlobals<ResetChoices>();
  const { limit = null, untilTomorrow = false } = choices;
  const wish = { ...wordOf(choices), limit, untilTomorrow };
  const breaker = await withOperations(choices, ({ account }) => account.resetBreaker(name, wish));
  if (choices.json) return printJson(breaker);
  const { renderBreakers } = await import('../render-account.ts');
  print(...renderBreakers([breaker], stdoutStyle()));
}

function readBreaker(given: string): BreakerName {
  const name = BREAKERS.find((known) => known === given);
  if (!name) throw new InvalidArgumentError(refuseWord(given, BREAKERS));
  return name;
}
