/** The commands of the long runs: one way to say what is allowed, and exit code 2 for anything else. */
import { Command, InvalidArgumentError } from 'commander';

/** `description` ends with what exit code 1 means. */
export const longCommand = (name: string, description: string): Command =>
  new Command(name)
    .description(description)
    .allowExcessArguments(false)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));

/** Reads an option's whole number. */
export const wholeNumber =
  (least: number, most = 999_999_999) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`must be a whole number from ${least} to ${most}`);
  };
