import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { ExitCode, LitesnnError } from '../../core/errors.js';
import { readBytes } from '../../core/files.js';

export const KEY_KINDS = ['ed25519', 'ecdsa-p256'] as const;
export type KeyKind = (typeof KEY_KINDS)[number];

/** A new private key as PEM (PKCS 8), as imgtool reads it. */
export function newKeyPem(kind: KeyKind): string {
  const { privateKey } =
    kind === 'ed25519'
      ? generateKeyPairSync('ed25519')
      : generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
}

/** @throws LitesnnError MCUBOOT_KEY (exit 2) */
export function readPrivateKey(path: string): KeyObject {
  return checked(path, () => createPrivateKey(readBytes(path)));
}

/** Of a public key, or of the private key that it belongs to. @throws LitesnnError MCUBOOT_KEY (exit 2) */
export function readPublicKey(path: string): KeyObject {
  return checked(path, () => createPublicKey(readBytes(path)));
}

/** @throws LitesnnError MCUBOOT_KEY (exit 2) for a key that MCUboot has no use for */
export function keyKindOf(key: KeyObject, path = 'the key'): KeyKind {
  if (key.asymmetricKeyType === 'ed25519') return 'ed25519';
  if (key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1') {
    return 'ecdsa-p256';
  }
  throw badKey(`${path} is neither an Ed25519 nor an ECDSA P-256 key`);
}

/** The public key as DER SubjectPublicKeyInfo, of which images carry the hash. */
export function publicDer(key: KeyObject): Uint8Array {
  const publicKey = key.type === 'public' ? key : createPublicKey(key);
  return publicKey.export({ type: 'spki', format: 'der' });
}

export function keyHash(key: KeyObject): Uint8Array {
  return createHash('sha256').update(publicDer(key)).digest();
}

function checked(path: string, read: () => KeyObject): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch (cause) {
    if (cause instanceof LitesnnError) throw cause;
    throw badKey(`${path} is not a key in PEM`, cause);
  }
  keyKindOf(key, path);
  return key;
}

function badKey(message: string, cause?: unknown): LitesnnError {
  const hint = 'make one: litesnn mcuboot keygen --out key.pem (encrypted keys are not read)';
  return new LitesnnError('MCUBOOT_KEY', ExitCode.usage, message, { hint, cause });
}
