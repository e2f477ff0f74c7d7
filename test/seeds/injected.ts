/** Errors that a plan throws into the program; whatever follows from one is not held against it. */
export class InjectedError extends Error {
  override name = 'InjectedError';

  constructor(where: string) {
    super(`injected: ${where}`);
  }
}

export const isInjected = (error: unknown): boolean => String(error).includes('injected: ');
