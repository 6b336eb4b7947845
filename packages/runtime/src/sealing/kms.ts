import { DecryptCommand, KMSClient } from '@aws-sdk/client-kms';
import type { WrappedDataKey } from './data-keys.ts';
import type { KeyUnwrapper } from './unwrap.ts';

/** What a wrapped key is bound to: one that is put under another id, or made for something else, does not open. */
const contextOf = ({ id }: WrappedDataKey): Record<string, string> => ({ service: 'pao', 'key-id': id });

/** AWS KMS, by the credentials, the region and the endpoint of the SDK's own chain. The blob names the key that wrapped it. */
export const createKmsUnwrapper = (): KeyUnwrapper => async (key) => {
  const client = new KMSClient({ maxAttempts: 3, requestHandler: { connectionTimeout: 3_000, requestTimeout: 5_000 } });
  try {
    const command = new DecryptCommand({ CiphertextBlob: key.wrapped, EncryptionContext: contextOf(key) });
    const { Plaintext } = await client.send(command);
    if (!Plaintext) throw new Error('the answer has no key in it');
    return Plaintext;
  } finally {
    client.destroy();
  }
};
