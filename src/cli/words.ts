import { userInfo } from 'node:os';
import type { Command } from 'commander';
import type { Word } from '../services/operations/operations.ts';

/** `--reason TEXT`, wherever an operator's word is journaled. */
export const withReason = (command: Command): Command =>
  command.option('--reason <text>', 'why, for the journal');

export interface ReasonChoice {
  reason?: string;
}

/** Whose word it is: the user of this shell. */
export const wordOf = ({ reason }: ReasonChoice): Word => ({ by: userName(), reason: reason ?? null });

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without an entry in the system's list, as in many containers.
    return `user ${process.getuid?.() ?? 'unknown'}`;
  }
}
