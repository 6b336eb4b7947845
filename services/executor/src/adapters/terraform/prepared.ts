import { configInvalid, type Failure, type SecretStore } from '@pao/executor-sdk';
import { createScrub, err, isJsonObject, type Json, type JsonObject, ok, type Result, type Scrub } from '@pao/kernel';
import type { TerraformOptions } from '../../terraform-settings.ts';
import type { TerraformBackend, TerraformConfig } from './config.ts';

/** A configuration with what it refers to filled in. Lives in memory for one step. */
export interface Prepared {
  readonly config: TerraformConfig;
  readonly values: JsonObject;
  /** Variables whose value is a secret, or holds one. */
  readonly secretVariables: ReadonlySet<string>;
  readonly env: Readonly<Record<string, string>>;
  readonly backend: Backend;
  readonly scrub: Scrub;
}

/** Where the state is. The arguments are literal, unlike what stands in files. */
export interface Backend {
  readonly type: TerraformBackend['type'];
  readonly args: readonly string[];
  /** False where the document names a place of its own, whose state has no name beside it. */
  readonly named: boolean;
  /** Whether it locks in the bucket, which not every version can. */
  readonly bucketLock: boolean;
}

const withArguments = (settings: Readonly<Record<string, string | undefined>>): readonly string[] =>
  Object.entries(settings).flatMap(([name, value]) =>
    value === undefined ? [] : [`-backend-config=${name}=${value}`],
  );

const backendOf = (config: TerraformConfig, { stateDirectory }: TerraformOptions): Result<Backend, Failure> => {
  const backend = config.backend ?? { type: 'local' };
  const plain = { type: backend.type, named: true, bucketLock: false };
  switch (backend.type) {
    case 'local': {
      if (stateDirectory === undefined)
        return err(
          configInvalid('backend', 'is missing, and PAO_TERRAFORM_STATE_DIR is not set where the executor runs'),
        );
      const args = withArguments({ path: `${stateDirectory}/default.tfstate`, workspace_dir: stateDirectory });
      return ok({ ...plain, args });
    }
    case 'pg':
      return ok({ ...plain, args: withArguments({ schema_name: backend.schemaName }) });
    case 's3': {
      const { bucket, region, key, workspaceKeyPrefix, kmsKeyId, dynamodbTable } = backend;
      const args = withArguments({
        bucket,
        region,
        key: key ?? 'terraform.tfstate',
        workspace_key_prefix: workspaceKeyPrefix,
        kms_key_id: kmsKeyId,
        encrypt: 'true',
        ...(dynamodbTable === undefined ? { use_lockfile: 'true' } : { dynamodb_table: dynamodbTable }),
      });
      const named = key === undefined || config.workspace !== undefined;
      return ok({ type: 's3', args, named, bucketLock: dynamodbTable === undefined });
    }
    default:
      return backend satisfies never;
  }
};

const referenceIn = (value: Json | undefined): string | undefined => {
  if (value === undefined || !isJsonObject(value) || Object.keys(value).length !== 1) return undefined;
  const { secretRef } = value;
  return typeof secretRef === 'string' ? secretRef : undefined;
};

interface Resolved {
  readonly values: Record<string, Json>;
  readonly secrets: string[];
}

/** Each member as it is, or the secret that it refers to. */
const resolveAll = async (members: JsonObject, store: SecretStore): Promise<Result<Resolved, Failure>> => {
  const resolved: Resolved = { values: {}, secrets: [] };
  for (const [name, value] of Object.entries(members)) {
    const reference = referenceIn(value);
    if (reference === undefined) {
      resolved.values[name] = value;
      continue;
    }
    const secret = await store.resolve(reference);
    if (!secret.ok) return secret;
    resolved.values[name] = secret.value;
    resolved.secrets.push(secret.value);
  }
  return ok(resolved);
};

const connectionOf = async (
  { backend }: TerraformConfig,
  { pgConnection }: TerraformOptions,
  store: SecretStore,
): Promise<Result<string | undefined, Failure>> => {
  if (backend?.type !== 'pg') return ok(undefined);
  if (backend.connection !== undefined) return store.resolve(backend.connection.secretRef);
  if (pgConnection !== undefined) return ok(pgConnection);
  return err(
    configInvalid('backend.connection', 'is missing, and PAO_TERRAFORM_PG_CONN_STR is not set where the executor runs'),
  );
};

/** The password of an address, which errors of databases are known to quote. */
const passwordIn = (address: string): readonly string[] => {
  if (!URL.canParse(address)) return [];
  const { password } = new URL(address);
  return [password, decodeURIComponent(password)];
};

const SECRET_NAME = /KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL|CONN/;

const secretsOf = ({ env, pgConnection }: TerraformOptions): readonly string[] => [
  ...Object.entries(env).flatMap(([name, value]) => (SECRET_NAME.test(name) ? [value] : [])),
  ...(pgConnection === undefined ? [] : [pgConnection, ...passwordIn(pgConnection)]),
];

const holds = (value: Json, secrets: readonly string[]): boolean => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return secrets.some(
    (secret) => secret !== '' && (text.includes(secret) || text.includes(JSON.stringify(secret).slice(1, -1))),
  );
};

export interface PrepareOptions {
  readonly options: TerraformOptions;
  readonly store: SecretStore;
  readonly requestSecrets: readonly string[];
}

/** Fills in what a configuration refers to. No failure holds a value. */
export const prepareConfig = async (
  config: TerraformConfig,
  { options, store, requestSecrets }: PrepareOptions,
): Promise<Result<Prepared, Failure>> => {
  const backend = backendOf(config, options);
  if (!backend.ok) return backend;
  const variables = await resolveAll(config.variables, store);
  if (!variables.ok) return variables;
  const env = await resolveAll(config.env, store);
  if (!env.ok) return env;
  const connection = await connectionOf(config, options, store);
  if (!connection.ok) return connection;
  const mine = [...variables.value.secrets, ...requestSecrets];
  const address = connection.value;
  const secrets = [
    ...mine,
    ...env.value.secrets,
    ...(address === undefined ? [] : [address, ...passwordIn(address)]),
    ...secretsOf(options),
  ];
  const { values } = variables.value;
  return ok({
    config,
    values,
    secretVariables: new Set(Object.keys(values).filter((name) => holds(values[name] ?? null, mine))),
    env: { ...(env.value.values as Record<string, string>), ...(address !== undefined && { PG_CONN_STR: address }) },
    backend: backend.value,
    scrub: createScrub(secrets),
  });
};
