import type { Command } from 'commander';
import { findNearest } from '../services/config/nearest-word.ts';
import { UsageError } from './failure.ts';
import { complain, print } from './output.ts';

export interface CommandWords {
  /** `replay [books]` */
  usage: string;
  summary: string;
  /** What `--help` says below the summary. */
  details?: string;
  examples: string[];
}

/** Adds a command whose help ends with examples and whose errors name it. */
export function newCommand(program: Command, { usage, summary, details, examples }: CommandWords): Command {
  const command = program.command(usage).summary(summary);
  command.description(details === undefined ? sentence(summary) : `${sentence(summary)}\n\n${details}`);
  command.addHelpText('after', () => describeExamples(examples));
  return speakAs(command, fullName(command));
}

/** What a command that has commands of its own does without one of them; another word is refused with the nearest. */
export const withoutSubcommand = <T>(command: Command, act: (choices: T) => Promise<void>): Command =>
  command.allowExcessArguments(true).action((choices: T, self: Command) => {
    const [word] = self.args;
    if (word === undefined) return act(choices);
    const nearest = findNearest(
      word,
      self.commands.map((known) => known.name()),
    );
    throw new UsageError(`unknown command '${fullName(self)} ${word}' (the nearest is ${nearest})`);
  });

/** `postern methods diff` */
function fullName(command: Command): string {
  return command.parent ? `${fullName(command.parent)} ${command.name()}` : command.name();
}

/** Lets a command report wrong usage in one sentence, and say where help is. */
export function speakAs(command: Command, name: string): Command {
  return command.configureOutput({
    writeOut: (text) => print(text.trimEnd()),
    writeErr: (text) => complain(text.trimEnd()),
    outputError: (text) =>
      complain(`postern: ${describeUsage(text, wordsOf(command))}`, `see "${name} --help"`),
  });
}

/** `error: unknown option '--jsn'\n(Did you mean --json?)` in one sentence, with the nearest of `known` where it has none. */
export function describeUsage(text: string, known: readonly string[]): string {
  const [first = '', ...rest] = text
    .trim()
    .replace(/^error: /, '')
    .split('\n');
  const hint = rest.join(' ').replace(/^\(Did you mean (one of )?(.*)\?\)$/, ' (did you mean $2?)');
  const unknown = /^unknown (?:command|option) '(.*)'$/.exec(first)?.[1];
  const nearest = unknown === undefined || hint !== '' ? null : findNearest(unknown, known);
  return `${first}${hint}${nearest === null ? '' : ` (the nearest is ${nearest})`}`;
}

const wordsOf = ({ commands, options }: Command): string[] =>
  commands.length > 0
    ? commands.map((command) => command.name())
    : options.flatMap(({ long }) => (long ? [long] : []));

const describeExamples = (examples: readonly string[]): string =>
  `\nExample${examples.length > 1 ? 's' : ''}:\n${examples.map((line) => `  ${line}`).join('\n')}`;

const sentence = (words: string): string => `${words[0]!.toUpperCase()}${words.slice(1)}.`;
