import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { err, ok, type Result } from '@pao/kernel';
import { type ConfiguredDataKey, type DataKey, isWrapped } from './data-keys.ts';

/** Where a sealed text belongs. It opens nowhere else: every part is authenticated with it. */
export interface SealPlace {
  readonly tenantId: string;
  readonly requestId: string;
  /** Within the request, such as `input.basic.password`. */
  readonly place: string;
}

/**
 * `unknown-key`: sealed with a key that is not among ours. `altered`: cut, changed, of another place, or sealed with other bytes under
 * this key's id. `malformed`: not a sealed text of a version that is known here.
 */
export type OpenError =
  | { readonly kind: 'unknown-key'; readonly keyId: string }
  | { readonly kind: 'altered'; readonly keyId: string }
  | { readonly kind: 'malformed' };

/** Seals texts so that only holders of the data keys can read them, each bound to its place. */
export interface DataSealer {
  seal(text: string, place: SealPlace): string;
  open(sealed: string, place: SealPlace): Result<string, OpenError>;
  /** A keyed digest: who has it and not the key can't try out which text it is of. */
  fingerprint(text: string): string;
  /** Whether a fingerprint, made with any of the keys, is that of this text. */
  isFingerprintOf(fingerprint: string, text: string): boolean;
}

const VERSION = 'v1';
const CIPHER = 'aes-256-gcm';
/** 96 bits, the size that GCM is made for (NIST SP 800-38D §8.2). Random: good for 2^32 texts of one key. */
const NONCE = 12;
const TAG = 16;
const SEALED = /^v1\.([A-Za-z0-9_-]{1,32})\.([A-Za-z0-9_-]+)$/;
const FINGERPRINT = /^v1\.([A-Za-z0-9_-]{1,32})\.([0-9a-f]{64})$/;

interface Keys {
  readonly id: string;
  readonly sealing: Buffer;
  readonly fingerprints: Buffer;
}

/** One key for one purpose (RFC 5869), so that neither use says anything about the other. */
const derive = ({ id, bytes }: DataKey): Keys => {
  const of = (purpose: string): Buffer => Buffer.from(hkdfSync('sha256', bytes, '', `pao ${VERSION} ${purpose}`, 32));
  return { id, sealing: of('sealing'), fingerprints: of('fingerprints') };
};

/** As JSON, so that no two places give the same bytes. */
const associated = (keyId: string, { tenantId, requestId, place }: SealPlace): Buffer =>
  Buffer.from(JSON.stringify([VERSION, keyId, tenantId, requestId, place]));

const encrypt = ({ id, sealing }: Keys, text: string, place: SealPlace): string => {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv(CIPHER, sealing, nonce, { authTagLength: TAG }).setAAD(associated(id, place));
  const content = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `${VERSION}.${id}.${content.toString('base64url')}`;
};

/** Undefined when the text is not authentic. */
const decrypt = ({ id, sealing }: Keys, content: Buffer, place: SealPlace): string | undefined => {
  if (content.length < NONCE + TAG) return undefined;
  const decipher = createDecipheriv(CIPHER, sealing, content.subarray(0, NONCE), { authTagLength: TAG });
  decipher.setAAD(associated(id, place)).setAuthTag(content.subarray(-TAG));
  try {
    return Buffer.concat([decipher.update(content.subarray(NONCE, -TAG)), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
};

const keyedDigest = ({ fingerprints }: Keys, text: string): Buffer =>
  createHmac('sha256', fingerprints).update(text).digest();

const atHand = (key: ConfiguredDataKey): DataKey => {
  if (isWrapped(key)) throw new Error(`the data key ${key.id} is still wrapped: unwrapDataKeys comes first`);
  return key;
};

/** A sealer on keys at hand, the first of which seals; undefined without any. Wrapped keys are opened before (`unwrapDataKeys`). */
export const createSealer = (dataKeys: readonly ConfiguredDataKey[]): DataSealer | undefined => {
  const [first, ...others] = dataKeys.map(atHand).map(derive);
  if (first === undefined) return undefined;
  const byId = new Map([first, ...others].map((keys) => [keys.id, keys]));
  return {
    seal: (text, place) => encrypt(first, text, place),
    open: (sealed, place) => {
      const [, keyId, content] = SEALED.exec(sealed) ?? [];
      if (keyId === undefined || content === undefined) return err({ kind: 'malformed' });
      const keys = byId.get(keyId);
      if (keys === undefined) return err({ kind: 'unknown-key', keyId });
      const bytes = Buffer.from(content, 'base64url');
      // Base64 has bits to spare at its end; a text has one sealed form only.
      const text = bytes.toString('base64url') === content ? decrypt(keys, bytes, place) : undefined;
      return text === undefined ? err({ kind: 'altered', keyId }) : ok(text);
    },
    fingerprint: (text) => `${VERSION}.${first.id}.${keyedDigest(first, text).toString('hex')}`,
    isFingerprintOf: (fingerprint, text) => {
      const [, keyId = '', digest = ''] = FINGERPRINT.exec(fingerprint) ?? [];
      const keys = byId.get(keyId);
      return keys !== undefined && timingSafeEqual(Buffer.from(digest, 'hex'), keyedDigest(keys, text));
    },
  };
};
