import { constants, generateKeyPairSync, verify } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  CredentialsError,
  createSigner,
  loadCredentials,
} from '../../../src/services/venues/kalshi/client/credentials.ts';

const KEY_ID = 'a952bcbe-ec3b-4b5b-b8f9-11dae589608c';
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PKCS1 = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
const PKCS8 = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-credentials-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string, mode = 0o600): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

function failureOf(privateKeyPath: string, keyId = KEY_ID): string {
  try {
    loadCredentials({ keyId, privateKeyPath });
  } catch (error) {
    expect(error).toBeInstanceOf(CredentialsError);
    return (error as Error).message;
  }
  throw new Error('the credentials were accepted');
}

describe('a private key is taken', () => {
  test.each([
    ['PKCS#1', PKCS1],
    ['PKCS#8', PKCS8],
    ['with Windows line ends', PKCS8.replaceAll('\n', '\r\n')],
    ['with empty lines around', `\n\n${PKCS1}\n\n`],
  ])('%s', (name, pem) => {
    const { keyId, privateKey } = loadCredentials({
      keyId: KEY_ID,
      privateKeyPath: write(`${name}.pem`, pem),
    });
    expect([keyId, privateKey.asymmetricKeyType]).toEqual([KEY_ID, 'rsa']);
  });

  test('from a file that only its owner may read', () => {
    expect(() =>
      loadCredentials({ keyId: KEY_ID, privateKeyPath: write('ro.pem', PKCS1, 0o400) }),
    ).not.toThrow();
  });
});

describe('what is refused says what to do', () => {
  test.each([0o640, 0o604, 0o660, 0o601, 0o644])('mode %o', (mode) => {
    const path = write(`mode-${mode}.pem`, PKCS1, mode);
    expect(failureOf(path)).toBe(
      `${path} can be read or changed by others than its owner: run chmod 600 ${path}`,
    );
  });

  test('a missing file', () => expect(failureOf(join(folder, 'none.pem'))).toContain('does not exist'));
  test('a folder', () => expect(failureOf(folder)).toContain('is no file'));
  test('a file in a file', () =>
    expect(failureOf(join(write('f', ''), 'x'))).toContain('cannot be read (ENOTDIR)'));
  test('a huge file', () => expect(failureOf(write('huge', 'x'.repeat(70_000)))).toContain('is too long'));

  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
  test.each([
    ['nothing', '', 'is no PEM private key'],
    ['a damaged key', PKCS1.replace(/\n.{40}/, '\n'), 'is no PEM private key'],
    ['half a key', PKCS8.slice(0, 800), 'is no PEM private key'],
    ['a public key', publicKey.export({ type: 'spki', format: 'pem' }).toString(), 'holds a public key'],
    ['an elliptic key', ec.export({ type: 'pkcs8', format: 'pem' }).toString(), 'holds a key of type ec'],
    ['a short key', short.export({ type: 'pkcs1', format: 'pem' }).toString(), 'holds a key of 1024 bits'],
    [
      'an encrypted key',
      privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'p' }).toString(),
      'is encrypted',
    ],
  ])('%s', (name, text, reason) => {
    const message = failureOf(write(`bad ${name}.pem`, text));
    expect(message).toContain(reason);
    for (const line of text.split('\n').filter((line) => line.length > 20 && !line.startsWith('-----')))
      expect(message).not.toContain(line.slice(0, 20));
  });

  test.each([['', 'a b', 'a\nb', 'ä', 'x'.repeat(101), PKCS1]].flat())(
    'an odd key id is not quoted',
    (keyId) => {
      const message = failureOf(write('good.pem', PKCS1), keyId);
      expect(message).toContain('the API key id has odd characters');
      expect(message).not.toContain('BEGIN');
    },
  );
});

test('the signature is RSA-PSS over timestamp, METHOD and path with a salt as long as the digest', () => {
  const credentials = loadCredentials({ keyId: KEY_ID, privateKeyPath: write('sign.pem', PKCS1) });
  const headers = createSigner(credentials, () => 1_703_123_456_789.9).sign(
    'get',
    '/trade-api/v2/portfolio/balance',
  );
  const { 'KALSHI-ACCESS-SIGNATURE': signature, ...others } = headers;
  expect(others).toEqual({ 'KALSHI-ACCESS-KEY': KEY_ID, 'KALSHI-ACCESS-TIMESTAMP': '1703123456789' });
  const key = { key: publicKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  const text = Buffer.from('1703123456789GET/trade-api/v2/portfolio/balance');
  expect(verify('sha256', text, key, Buffer.from(signature!, 'base64'))).toBe(true);
});

test('credentials show no key material when printed', () => {
  const credentials = loadCredentials({ keyId: KEY_ID, privateKeyPath: write('print.pem', PKCS1) });
  expect(JSON.stringify(credentials)).toBe(`{"keyId":"${KEY_ID}","privateKey":{}}`);
});
