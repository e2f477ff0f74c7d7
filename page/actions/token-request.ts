import { type ReadonlySignal, signal } from '@preact/signals';
import { link, problem } from '../live/account.ts';
import { Problem, read, send } from '../live/api.ts';
import { forgetToken, keepToken, token } from '../live/token.ts';

export interface TokenRequest {
  /** `look`: nothing can be read without it; `act`: an action waits for it; `keep`: nothing waits for it. */
  for: 'look' | 'act' | 'keep';
  /** What its button does. */
  button: string;
  /** What will happen then, as it is now. */
  consequence: ReadonlySignal<string | null> | null;
  /** The token that was there was refused. */
  wasRefused: boolean;
  /** Does what waits for the token, with the one that is now kept; false: the daemon refused the token. */
  proceed: () => Promise<boolean>;
  giveUp: () => void;
}

/** What the token is asked for; null: it is not. */
export const tokenRequest = signal<TokenRequest | null>(null);

const NOTHING_WAITS = { consequence: null, wasRefused: false, giveUp: () => {} };

export function askForToken(): void {
  if (problem.peek()?.code === 'unauthorized') return askForTokenToRead();
  tokenRequest.value = { ...NOTHING_WAITS, for: 'keep', button: 'Keep the token', proceed: isTokenRight };
}

/** For a daemon that shows nothing without it. */
export function askForTokenToRead(): void {
  tokenRequest.value = {
    ...NOTHING_WAITS,
    wasRefused: token.value !== null,
    for: 'look',
    button: 'Show the account',
    proceed: () =>
      takesToken(async () => {
        await read('/api/v1/status');
        problem.value = null;
        link.retry();
      }),
  };
}

/** What a sending that needs the token says of itself while it waits for one. */
export type Waiting = Pick<TokenRequest, 'button' | 'consequence'>;

/** Sends it, asking for the token where it is missing or wrong. Null: no token was given. Throws a Problem. */
export async function sendWithToken<T>(path: string, body: object, waiting: Waiting): Promise<T | null> {
  const hadToken = token.value !== null;
  if (hadToken)
    try {
      return await send<T>(path, body);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      forgetToken();
    }
  return new Promise((resolve, reject) => {
    tokenRequest.value = {
      ...waiting,
      for: 'act',
      wasRefused: hadToken,
      proceed: () => takesToken(() => send<T>(path, body).then(resolve, (error) => settle(error, reject))),
      giveUp: () => resolve(null),
    };
  });
}

/** Keeps what was typed and goes on with it. False: it is no token, or the daemon refused it. */
export async function tryToken(given: string, { proceed }: TokenRequest): Promise<boolean> {
  if (!/^[\w-]{1,200}$/.test(given)) return false;
  const before = token.peek();
  let isTaken = false;
  keepToken(given);
  try {
    isTaken = await proceed();
  } finally {
    if (!isTaken && before === null) forgetToken();
    else if (!isTaken && before !== null) keepToken(before);
  }
  return isTaken;
}

const isTokenRight = (): Promise<boolean> => takesToken(() => send('/api/v1/token', {}));

async function takesToken(ask: () => Promise<unknown>): Promise<boolean> {
  try {
    await ask();
    return true;
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}

/** A refused token can be given anew; anything else is the action's own end. */
function settle(error: unknown, reject: (error: unknown) => void): void {
  if (isRefusal(error)) throw error;
  reject(error);
}

const isRefusal = (error: unknown): boolean => error instanceof Problem && error.code === 'unauthorized';
