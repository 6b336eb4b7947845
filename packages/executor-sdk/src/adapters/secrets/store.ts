import { err } from '@pao/kernel';
import type { SecretStore } from '../../core/ports/secret-store.ts';
import { denied, storeUnknown } from './failures.ts';

export interface SecretStoresOptions {
  /** By what stands before the first colon of their references. */
  readonly stores: ReadonlyMap<string, SecretStore>;
  /** What documents may refer to, `*` for anything; without any, whatever the stores give. */
  readonly allow: readonly string[];
}

/** Whether the pattern's parts between stars stand in the text in this order, the ends fixed. Takes no way back. */
const matches = (pattern: string, text: string): boolean => {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return text === pattern;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
};

/** How references of each kind look. */
const FORMS: ReadonlyMap<string, string> = new Map([
  ['env', 'env:NAME'],
  ['file', 'file:NAME'],
  ['aws-sm', 'aws-sm:NAME'],
  ['aws-ssm', 'aws-ssm:NAME'],
  ['vault', 'vault:MOUNT/PATH#KEY'],
]);

/** What has to be set before a store is served. */
const NEEDS: ReadonlyMap<string, string> = new Map([
  ['file', 'PAO_SECRETS_DIR'],
  ['vault', 'PAO_VAULT_ADDR'],
]);

/** All stores behind one port. Whether a document may name a secret is decided before any store is asked. */
export const createSecretStores = ({ stores, allow }: SecretStoresOptions): SecretStore => ({
  resolve: async (reference) => {
    const prefix = reference.split(':', 1)[0] ?? '';
    const store = reference.includes(':') ? stores.get(prefix) : undefined;
    if (store === undefined) {
      const known = [...stores.keys()].map((name) => FORMS.get(name) ?? `${name}:…`).join(', ');
      const setting = NEEDS.get(prefix);
      const missing = setting === undefined ? '' : ` Set ${setting} where it runs.`;
      return err(storeUnknown(reference, `is in no store that this executor reads; it reads ${known}.${missing}`));
    }
    if (allow.length > 0 && !allow.some((pattern) => matches(pattern, reference)))
      return err(
        denied(reference, 'is none that documents may use: PAO_SECRETS_ALLOW of the executor does not list it.'),
      );
    return store.resolve(reference);
  },
});
