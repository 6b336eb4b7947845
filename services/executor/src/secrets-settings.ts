import { awsEmulator, integerSetting, listSetting, urlSetting } from '@pao/runtime';
import { z } from 'zod';
import type { AwsSecretsOptions } from './adapters/secrets/aws.ts';
import type { VaultLogin } from './adapters/secrets/vault-client.ts';

const text = () => z.string().min(1).optional();

/** `approle`, `team/approle`: parts of a path. */
const mount = () => z.string().regex(/^[\w-]+(\/[\w-]+)*$/, 'is not the path of a mount');

/** Where secrets of documents come from. */
export const secretsSettings = {
  PAO_SECRETS_ALLOW: listSetting().meta({
    description:
      'Comma-separated references that documents may use, `*` for anything: `env:*,vault:secret/team-a/*`. Without it whatever the stores give',
  }),
  PAO_SECRETS_CACHE_SECONDS: integerSetting({ min: 0, max: 3_600 })
    .default(30)
    .meta({ description: 'How long a secret is kept before its store is asked again' }),
  PAO_SECRETS_DIR: text().meta({ description: 'Folder whose files documents name as `file:NAME`' }),
  PAO_SECRETS_AWS_REGION: text().meta({
    description: 'Region of Secrets Manager and Parameter Store; AWS_REGION without it',
  }),
  PAO_SECRETS_AWS_ENDPOINT_URL: urlSetting()
    .optional()
    .meta({ description: 'Where Secrets Manager and Parameter Store are called instead; AWS_ENDPOINT_URL without it' }),
  PAO_VAULT_ADDR: urlSetting().optional().meta({ description: 'HashiCorp Vault, `https://vault.example.com:8200`' }),
  PAO_VAULT_NAMESPACE: text().meta({ description: 'Namespace in Vault' }),
  PAO_VAULT_TOKEN: text().meta({ description: 'Secret: a token of Vault. Or one of the two logins below' }),
  PAO_VAULT_ROLE_ID: text().meta({ description: 'AppRole to log in with' }),
  PAO_VAULT_SECRET_ID: text().meta({ description: 'Secret: of that AppRole' }),
  PAO_VAULT_KUBERNETES_ROLE: text().meta({ description: 'Role to log in with as the service account of the pod' }),
  PAO_VAULT_KUBERNETES_TOKEN_FILE: z
    .string()
    .default('/var/run/secrets/kubernetes.io/serviceaccount/token')
    .meta({ description: 'Token of the service account' }),
  PAO_VAULT_AUTH_MOUNT: mount()
    .optional()
    .meta({ description: 'Where the login is mounted; `approle` or `kubernetes` without it' }),
};

type Settings = z.output<z.ZodObject<typeof secretsSettings>>;

interface VaultSettings {
  readonly url: string;
  readonly namespace?: string | undefined;
  readonly login: VaultLogin;
}

const loginsOf = (settings: Settings): readonly VaultLogin[] => {
  const { PAO_VAULT_TOKEN: token, PAO_VAULT_ROLE_ID: roleId, PAO_VAULT_SECRET_ID: secretId } = settings;
  const { PAO_VAULT_KUBERNETES_ROLE: role, PAO_VAULT_AUTH_MOUNT: at } = settings;
  const logins: VaultLogin[] = [];
  if (token !== undefined) logins.push({ kind: 'token', token });
  if (roleId !== undefined && secretId !== undefined)
    logins.push({ kind: 'approle', mount: at ?? 'approle', roleId, secretId });
  const tokenFile = settings.PAO_VAULT_KUBERNETES_TOKEN_FILE;
  if (role !== undefined) logins.push({ kind: 'kubernetes', mount: at ?? 'kubernetes', role, tokenFile });
  return logins;
};

const vaultOf = (settings: Settings, context: z.RefinementCtx): VaultSettings | undefined => {
  const { PAO_VAULT_ADDR: url, PAO_VAULT_NAMESPACE: namespace } = settings;
  const wrong = (path: string, message: string): void => context.addIssue({ code: 'custom', message, path: [path] });
  if ((settings.PAO_VAULT_ROLE_ID === undefined) !== (settings.PAO_VAULT_SECRET_ID === undefined))
    wrong('PAO_VAULT_SECRET_ID', 'goes with PAO_VAULT_ROLE_ID: set both');
  const [login, ...others] = loginsOf(settings);
  if (url === undefined) {
    if (login !== undefined) wrong('PAO_VAULT_ADDR', 'is missing, though there is a login');
    return undefined;
  }
  if (login === undefined || others.length > 0) {
    wrong('PAO_VAULT_ADDR', 'needs one of PAO_VAULT_TOKEN, PAO_VAULT_ROLE_ID and PAO_VAULT_KUBERNETES_ROLE');
    return undefined;
  }
  return { url, namespace, login };
};

export interface SecretsConfig {
  readonly allow: readonly string[];
  readonly keepMs: number;
  readonly directory: string | undefined;
  readonly aws: AwsSecretsOptions;
  readonly vault: VaultSettings | undefined;
}

interface AwsSettings {
  readonly AWS_REGION: string;
  readonly AWS_ENDPOINT_URL?: string | undefined;
  readonly AWS_ACCESS_KEY_ID?: string | undefined;
  readonly AWS_SECRET_ACCESS_KEY?: string | undefined;
}

export const secretsOf = (settings: Settings & AwsSettings, context: z.RefinementCtx): SecretsConfig => ({
  allow: settings.PAO_SECRETS_ALLOW,
  keepMs: settings.PAO_SECRETS_CACHE_SECONDS * 1_000,
  directory: settings.PAO_SECRETS_DIR,
  aws: {
    ...awsEmulator({
      ...settings,
      AWS_ENDPOINT_URL: settings.PAO_SECRETS_AWS_ENDPOINT_URL ?? settings.AWS_ENDPOINT_URL,
    }),
    region: settings.PAO_SECRETS_AWS_REGION ?? settings.AWS_REGION,
  },
  vault: vaultOf(settings, context),
});
