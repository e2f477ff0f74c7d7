import { constants, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';

/** Says what to do; never holds key material. */
export class CredentialsError extends Error {
  override name = 'CredentialsError';
}

export interface Credentials {
  keyId: string;
  privateKey: KeyObject;
}

/** Makes the headers that prove a request to be ours (FACTS section 2). */
export interface Signer {
  sign(method: string, pathname: string): Record<string, string>;
}

const MAX_FILE_BYTES = 64 * 1024;
const LEAST_KEY_BITS = 2048;

/** The account's key id and RSA private key, from a PEM file that only its owner may read. Throws a CredentialsError. */
export function loadCredentials(given: { keyId: string; privateKeyPath: string }): Credentials {
  // Not quoted: somebody may have put the key itself here.
  if (!/^[A-Za-z0-9_-]{1,100}$/.test(given.keyId))
    throw new CredentialsError(
      'the API key id has odd characters: it is the id shown beside the key, like a952bcbe-ec3b-4b5b-b8f9-11dae589608c',
    );
  const pem = readPrivateFile(given.privateKeyPath);
  return { keyId: given.keyId, privateKey: parseRsaKey(pem, given.privateKeyPath) };
}

function readPrivateFile(path: string): string {
  let file: number | null = null;
  try {
    file = openSync(path, 'r');
    const { mode, size } = fstatSync(file);
    if ((mode & 0o170000) !== 0o100000)
      throw new CredentialsError(`${path} is no file: name the PEM file itself`);
    if ((mode & 0o077) !== 0)
      throw new CredentialsError(
        `${path} can be read or changed by others than its owner: run chmod 600 ${path}`,
      );
    if (size > MAX_FILE_BYTES) throw new CredentialsError(`${path} is too long for a private key`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof CredentialsError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT')
      throw new CredentialsError(
        `${path} does not exist: download the key when creating it, and name its file`,
      );
    if (code === 'EACCES' || code === 'EPERM')
      throw new CredentialsError(`${path} may not be read by this user: make this user its owner`);
    throw new CredentialsError(`${path} cannot be read (${code ?? 'unknown reason'})`);
  } finally {
    if (file !== null) closeSync(file);
  }
}

function parseRsaKey(pem: string, path: string): KeyObject {
  if (/-----BEGIN [A-Z ]*PUBLIC KEY-----/.test(pem))
    throw new CredentialsError(`${path} holds a public key: name the file of the private key`);
  if (/ENCRYPTED/.test(pem))
    throw new CredentialsError(
      `${path} is encrypted: write it without a passphrase with openssl pkey -in ${path} -out NEW_FILE`,
    );
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    // OpenSSL's reason is dropped on purpose: it could quote what it could not read.
    throw new CredentialsError(
      `${path} is no PEM private key: it must begin with -----BEGIN RSA PRIVATE KEY----- or -----BEGIN PRIVATE KEY-----`,
    );
  }
  if (key.asymmetricKeyType !== 'rsa')
    throw new CredentialsError(`${path} holds a key of type ${key.asymmetricKeyType}: an RSA key is needed`);
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits < LEAST_KEY_BITS)
    throw new CredentialsError(`${path} holds a key of ${bits} bits: at least ${LEAST_KEY_BITS} are needed`);
  return key;
}

/**
 * Signs timestamp + METHOD + path with RSA-PSS over SHA-256, the salt as long as the digest. `now` is the time in ms,
 * which must be the real one; `pathname` is that of the exact URL that is sent, without the query.
 */
export function createSigner({ keyId, privateKey }: Credentials, now: () => number): Signer {
  const key = {
    key: privateKey,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  };
  return {
    sign(method, pathname) {
      const timestamp = String(Math.floor(now()));
      const text = Buffer.from(timestamp + method.toUpperCase() + pathname);
      return {
        'KALSHI-ACCESS-KEY': keyId,
        'KALSHI-ACCESS-TIMESTAMP': timestamp,
        'KALSHI-ACCESS-SIGNATURE': sign('sha256', text, key).toString('base64'),
      };
    },
  };
}
