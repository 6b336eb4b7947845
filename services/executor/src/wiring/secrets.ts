import {
  createEnvironmentSecrets,
  createFileSecrets,
  createSecretStores,
  type SecretStore,
  systemTiming,
} from '@pao/executor-sdk';
import { authorityOf, createEgress, createHttpSender, type HttpSender } from '@pao/outgoing';
import { createParameterSecrets, createSecretsManagerSecrets } from '../adapters/secrets/aws.ts';
import { type CachedSecrets, createCachedSecrets } from '../adapters/secrets/cached.ts';
import { createVaultSecrets, type VaultSecrets } from '../adapters/secrets/vault.ts';
import type { Config } from '../config.ts';

export interface Secrets extends CachedSecrets {
  close(): void;
}

/** Calls one address, which the operator named, and nothing else: documents have no say in it. */
const senderFor = (address: string): HttpSender => {
  const { protocol, hostname, port } = new URL(address);
  const own = authorityOf({ hostname, port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port) });
  return createHttpSender(createEgress({ allow: new Set([own]), map: new Map() }));
};

const openVault = ({ vault }: Config['secretStores']): { secrets: VaultSecrets; sender: HttpSender } | undefined => {
  if (vault === undefined) return undefined;
  const sender = senderFor(vault.url);
  return { sender, secrets: createVaultSecrets({ ...vault, send: sender.send, elapsed: systemTiming.elapsed }) };
};

/** Whatever `secretRef` may name. */
export const createSecrets = ({ secrets, secretStores }: Pick<Config, 'secrets' | 'secretStores'>): Secrets => {
  const { allow, aws, directory, keepMs } = secretStores;
  const vault = openVault(secretStores);
  const stores = new Map<string, SecretStore>([
    ['env', createEnvironmentSecrets(secrets)],
    ['aws-sm', createSecretsManagerSecrets(aws)],
    ['aws-ssm', createParameterSecrets(aws)],
  ]);
  if (directory !== undefined) stores.set('file', createFileSecrets(directory));
  if (vault !== undefined) stores.set('vault', vault.secrets);
  const cached = createCachedSecrets({
    store: createSecretStores({ stores, allow }),
    keepMs,
    elapsed: systemTiming.elapsed,
  });
  return {
    ...cached,
    close: () => {
      vault?.secrets.close();
      vault?.sender.close();
    },
  };
};
