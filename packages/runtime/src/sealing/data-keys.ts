import { randomBytes } from 'node:crypto';
import { z } from 'zod';

/** A key that values are sealed with. `id` is told in every sealed text, `bytes` never are. */
export interface DataKey {
  readonly id: string;
  readonly bytes: Buffer;
}

const BYTES = 32;
const ENTRY = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/]{43}=)$/;

const keyOf = (entry: string): DataKey | undefined => {
  const [, id, base64] = ENTRY.exec(entry) ?? [];
  if (id === undefined || base64 === undefined) return undefined;
  const bytes = Buffer.from(base64, 'base64');
  return bytes.length === BYTES ? { id, bytes } : undefined;
};

/**
 * `<key id>:<base64 of 32 bytes>`, comma-separated; none when the variable is absent. The first seals, all open: to change the key,
 * put a new one in front and leave the old one. What is wrong is named by its place: the entries are secrets.
 */
export const dataKeysSetting = () =>
  z
    .string()
    .default('')
    .transform((text, context): readonly DataKey[] => {
      const refuse = (message: string) => {
        context.addIssue({ code: 'custom', message });
        return z.NEVER;
      };
      const entries = text.split(',').flatMap((word) => word.trim() || []);
      const keys = entries.map(keyOf);
      const wrong = keys.indexOf(undefined);
      if (wrong !== -1) return refuse(`entry ${wrong + 1} is not <key id>:<base64 of ${BYTES} bytes>`);
      const known = keys.flatMap((key) => key ?? []);
      const ids = known.map(({ id }) => id);
      const twice = ids.findIndex((id, index) => ids.indexOf(id) !== index);
      return twice === -1 ? known : refuse(`entry ${twice + 1} has the id of an earlier one`);
    });

/** A new key as an entry of the variable. Its id tells it from the keys before it and says nothing about it. */
export const newDataKey = (): string => `k${randomBytes(4).toString('hex')}:${randomBytes(BYTES).toString('base64')}`;
