import { randomBytes } from 'node:crypto';
import { z } from 'zod';

/** A key that values are sealed with. `id` is told in every sealed text, `bytes` never are. */
export interface DataKey {
  readonly id: string;
  readonly bytes: Buffer;
}

/** A data key as AWS KMS gave it out: only who may ask KMS has the bytes. */
export interface WrappedDataKey {
  readonly id: string;
  /** What KMS calls the ciphertext blob. */
  readonly wrapped: Buffer;
}

export type ConfiguredDataKey = DataKey | WrappedDataKey;

export const isWrapped = (key: ConfiguredDataKey): key is WrappedDataKey => 'wrapped' in key;

const BYTES = 32;
const ENTRY = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/]{43}=)$/;
/** KMS gives out 6,144 bytes at most. */
const WRAPPED_ENTRY = /^([A-Za-z0-9_-]{1,32}):kms:([A-Za-z0-9+/]{16,8192}={0,2})$/;

export const isDataKeyLength = (bytes: Uint8Array): boolean => bytes.length === BYTES;

const keyOf = (entry: string): ConfiguredDataKey | undefined => {
  const [, wrappedId, blob] = WRAPPED_ENTRY.exec(entry) ?? [];
  if (wrappedId !== undefined && blob !== undefined) {
    const wrapped = Buffer.from(blob, 'base64');
    return wrapped.toString('base64') === blob ? { id: wrappedId, wrapped } : undefined;
  }
  const [, id, base64] = ENTRY.exec(entry) ?? [];
  if (id === undefined || base64 === undefined) return undefined;
  const bytes = Buffer.from(base64, 'base64');
  return isDataKeyLength(bytes) ? { id, bytes } : undefined;
};

/**
 * `<key id>:<base64 of 32 bytes>` or `<key id>:kms:<base64 of what KMS gave>`, comma-separated; none when the variable is absent. The
 * first seals, all open: to change the key, put a new one in front and leave the old one. What is wrong is named by its place: the
 * entries are secrets.
 */
export const dataKeysSetting = () =>
  z
    .string()
    .default('')
    .transform((text, context): readonly ConfiguredDataKey[] => {
      const refuse = (message: string) => {
        context.addIssue({ code: 'custom', message });
        return z.NEVER;
      };
      const entries = text.split(',').flatMap((word) => word.trim() || []);
      const keys = entries.map(keyOf);
      const wrong = keys.indexOf(undefined);
      if (wrong !== -1) {
        const shapes = `<key id>:<base64 of ${BYTES} bytes> or <key id>:kms:<base64>`;
        return refuse(`entry ${wrong + 1} is not ${shapes}`);
      }
      const known = keys.flatMap((key) => key ?? []);
      const ids = known.map(({ id }) => id);
      const twice = ids.findIndex((id, index) => ids.indexOf(id) !== index);
      return twice === -1 ? known : refuse(`entry ${twice + 1} has the id of an earlier one`);
    });

/** A new key as an entry of the variable. Its id tells it from the keys before it and says nothing about it. */
export const newDataKey = (): string => `k${randomBytes(4).toString('hex')}:${randomBytes(BYTES).toString('base64')}`;
