import { type Command, Option } from 'commander';
import type { Confidence } from '../../domain/method.ts';
import type { Fraction } from '../../domain/money.ts';
import { newCommand, withoutSubcommand } from '../new-command.ts';
import {
  type ConfigChoice,
  type OutputChoice,
  readConfidence,
  readMarket,
  readMoment,
  readProbability,
  readSide,
  withConfig,
  withJson,
} from '../options.ts';
import { complain, print, printJson, stdoutStyle } from '../output.ts';
import { withOperations } from '../with-operations.ts';

type Choices = ConfigChoice & OutputChoice;

interface SetChoices extends Choices {
  confidence?: Confidence;
  method?: string;
  at?: number;
  source?: string;
}

/** `postern model | model set`: what a model says of markets. */
export function addModel(program: Command): void {
  const model = newCommand(program, {
    usage: 'model',
    summary: 'list what a model says of markets, or say it',
    details:
      'What it says drives early_exit, edge_disappeared, rebalance, and entries where they are enabled.',
    examples: ['postern model', 'postern model set KXNFLGAME-26NOV29-GB yes 0.62 --confidence high'],
  });
  withoutSubcommand(withJson(withConfig(model)), listModel);
  const set = newCommand(model, {
    usage: 'set',
    summary: 'say a probability as a model would',
    examples: ['postern model set DEMO-1 no 0.40', 'postern model set DEMO-1 yes 0.62 --source elo'],
  })
    .argument('<market>', 'the market, as its venue names it', readMarket)
    .argument('<side>', 'yes or no', readSide)
    .argument('<probability>', 'that this side wins, such as 0.62', readProbability)
    .addOption(new Option('--confidence <c>', 'high, medium or low').argParser(readConfidence))
    .option('--method <name>', 'the method that an entry would get')
    .addOption(new Option('--at <time>', 'when the model said so (default: now)').argParser(readMoment))
    .option('--source <name>', 'who says so (default: cli)');
  withJson(withConfig(set)).action(setModel);
}

async function listModel(choices: Choices): Promise<void> {
  const values = await withOperations(choices, ({ account }) => account.model());
  if (choices.json) return printJson(values);
  if (values.length === 0) return complain('no model has said anything yet');
  const { renderModel } = await import('../render-account.ts');
  print(...renderModel(values, stdoutStyle()));
}

async function setModel(
  market: string,
  side: 'yes' | 'no',
  probability: Fraction,
  _: SetChoices,
  command: Command,
): Promise<void> {
  const choices = command.optsWithGlobals<SetChoices>();
  const { confidence = null, method = null, at = null, source = 'cli' } = choices;
  const word = { market, side, probability, at, confidence, method, source };
  const answer = await withOperations(choices, ({ account }) => account.say([word]));
  if (choices.json) printJson(answer);
  const [refusal] = answer.refused;
  if (refusal) {
    complain(`postern: ${refusal.text}`);
    process.exitCode = 1;
  } else if (!choices.json) print(`${market}: taken`);
}
