import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { type ExchangeRequest, pathOf } from './messages.ts';
import { type Refusal, refuse } from './refusal.ts';
import type { KeySpec } from './specs.ts';
import type { World } from './world.ts';

/** Who signed a request, and with what rights. */
export interface Caller {
  account: string;
  keyId: string;
  scopes: readonly string[];
  /** The one subaccount the key is pinned to, if any. */
  subaccount: number | null;
}

export type Right = 'read' | 'balance' | 'trade';

const GRANTED_BY: Record<Right, readonly string[]> = {
  read: ['read'],
  balance: ['read', 'read::portfolio_balance'],
  trade: ['write', 'write::trade'],
};

const denied = (details: string): Refusal =>
  refuse(401, 'authentication_error', 'authentication error', details);

/** The caller behind the three signed headers; the signature covers timestamp + METHOD + path without its query. */
export function authenticate(world: World, request: ExchangeRequest, at: number): Caller | Refusal {
  const keyId = request.headers['kalshi-access-key'];
  const timestamp = request.headers['kalshi-access-timestamp'];
  const signature = request.headers['kalshi-access-signature'];
  if (!keyId) return denied('MISSING_API_KEY');
  const found = findKey(world, keyId);
  if (!found) return denied('API_KEY_NOT_FOUND');
  if (world.settings.verifySignatures) {
    if (!timestamp || !signature) return denied('MISSING_SIGNATURE');
    if (!/^\d{1,15}$/.test(timestamp)) return denied('INVALID_TIMESTAMP');
    const clock = at + world.settings.clockOffsetMs;
    if (Math.abs(Number(timestamp) - clock) > world.settings.timestampToleranceMs)
      return denied('TIMESTAMP_EXPIRED');
    const text = timestamp + request.method + pathOf(request.target);
    if (!isSignedBy(found.key.publicKey ?? '', text, signature)) return denied('INCORRECT_API_KEY_SIGNATURE');
  }
  return callerOf(found.account, found.key);
}

/** The account that a request names by its key, verified or not. */
export function namedCaller(world: World, request: ExchangeRequest): Caller | null {
  const found = findKey(world, request.headers['kalshi-access-key'] ?? '');
  return found && callerOf(found.account, found.key);
}

export const mayDo = (caller: Caller, right: Right): boolean =>
  GRANTED_BY[right].some((scope) => caller.scopes.includes(scope));

const callerOf = (account: string, key: KeySpec): Caller => ({
  account,
  keyId: key.keyId,
  scopes: key.scopes ?? ['read', 'write::trade'],
  subaccount: key.subaccount ?? null,
});

function findKey(world: World, keyId: string): { account: string; key: KeySpec } | null {
  for (const { account, keys } of Object.values(world.accounts)) {
    const key = keys.find((candidate) => candidate.keyId === keyId);
    if (key) return { account, key };
  }
  return null;
}

const parsedKeys = new Map<string, KeyObject>();

function isSignedBy(publicKey: string, text: string, signature: string): boolean {
  const key = parsedKeys.get(publicKey) ?? createPublicKey(publicKey);
  parsedKeys.set(publicKey, key);
  const options = {
    key,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  };
  return verify('sha256', Buffer.from(text), options, Buffer.from(signature, 'base64'));
}
