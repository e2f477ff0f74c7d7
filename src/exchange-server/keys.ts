import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { StateError } from './state-file.ts';
import { writeWholeFile } from './whole-file.ts';

/** Makes the practice account's RSA key: PKCS#8, for its owner's eyes alone. */
export function makeKey(file: string): void {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeWholeFile(file, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
}

/** The public half (PEM) of the key in a file; null when there is no file. Throws a StateError when it is no RSA key. */
export function readPublicKey(file: string): string | null {
  let pem: string;
  try {
    pem = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    throw new StateError(`${file} can't be read (${code})`);
  }
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType !== 'rsa') throw new TypeError('not RSA');
    return createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
  } catch {
    // OpenSSL's reason is dropped on purpose: it could quote what it could not read.
    throw new StateError(`${file} is no RSA private key: delete the whole data folder to begin anew`);
  }
}
