import { ACCOUNT } from './bugs/account.ts';
import { NETWORK } from './bugs/network.ts';
import { RESTARTS } from './bugs/restarts.ts';
import { SELLING } from './bugs/selling.ts';
import { WATCHING } from './bugs/watching.ts';
import type { Mutant } from './mutant.ts';

export const MUTANTS: readonly Mutant[] = [...SELLING, ...NETWORK, ...RESTARTS, ...WATCHING, ...ACCOUNT];

/** Throws when there is none of that name. */
export function mutantOf(name: string): Mutant {
  const known = MUTANTS.find((mutant) => mutant.name === name);
  if (!known) throw new Error(`there is no mutant ${name}`);
  return known;
}
