import { errorMessage } from '@pao/kernel';
import { ConfigError } from '../config.ts';
import { type ConfiguredDataKey, isDataKeyLength, isWrapped, type WrappedDataKey } from './data-keys.ts';

/** Opens a data key with a key that never leaves its vault. Rejects when it may not or can't. */
export type KeyUnwrapper = (key: WrappedDataKey) => Promise<Uint8Array>;

const problem = (id: string, issue: string): ConfigError =>
  new ConfigError([{ variable: 'PAO_DATA_KEYS', issue: `the key ${id} ${issue}`, expected: '' }]);

const unwrap = async (key: ConfiguredDataKey, unwrapper: KeyUnwrapper): Promise<ConfiguredDataKey> => {
  if (!isWrapped(key)) return key;
  const { id } = key;
  const bytes = await unwrapper(key).catch((cause: unknown) => {
    const name = cause instanceof Error && cause.name !== 'Error' ? `${cause.name}: ` : '';
    throw problem(id, `cannot be unwrapped by AWS KMS: ${name}${errorMessage(cause)}`);
  });
  if (!isDataKeyLength(bytes)) throw problem(id, 'is not one of 32 bytes once it is unwrapped');
  return { id, bytes: Buffer.from(bytes) };
};

/** Loaded only here: the SDK costs time and memory that nobody without wrapped keys should pay. */
const awsKms = async (): Promise<KeyUnwrapper> => (await import('./kms.ts')).createKmsUnwrapper();

/**
 * The same configuration with every data key at hand. A service calls it once, before it starts.
 * @throws ConfigError when a key can't be unwrapped: it names the key's id, and never what is in it
 */
export const unwrapDataKeys = async <C extends { readonly dataKeys: readonly ConfiguredDataKey[] }>(
  config: C,
  open: () => Promise<KeyUnwrapper> = awsKms,
): Promise<C> => {
  if (!config.dataKeys.some(isWrapped)) return config;
  const unwrapper = await open();
  const dataKeys = await Promise.all(config.dataKeys.map((key) => unwrap(key, unwrapper)));
  return { ...config, dataKeys };
};
