import type { GetSecretValueCommandOutput } from '@aws-sdk/client-secrets-manager';
import type { Failure, SecretStore } from '@pao/executor-sdk';
import { secretDenied as denied, secretNotFound as notFound, secretUnusable as unusable } from '@pao/executor-sdk';
import { err, ok, type Result, TransientError } from '@pao/kernel';
import { pickMember } from './json-member.ts';

export interface AwsSecretsOptions {
  readonly region: string;
  /** Base URL instead of AWS's own: an emulator, or an endpoint of a VPC. */
  readonly endpoint?: string | undefined;
  /** Absent: the SDK's own chain (environment, web identity, instance role). */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
}

/** What the service says in its own words, by whether the same would fail again. */
const NOT_THERE = new Set(['ResourceNotFoundException', 'ParameterNotFound', 'ParameterVersionNotFound']);
const DENIED = new Set([
  'AccessDeniedException',
  'DecryptionFailure',
  'ExpiredTokenException',
  'IncompleteSignature',
  'InvalidClientTokenId',
  'InvalidKeyId',
  'InvalidSignatureException',
  'MissingAuthenticationToken',
  'NotAuthorized',
  'OptInRequired',
  'UnrecognizedClientException',
  // Of the SDK: its chain found none.
  'CredentialsProviderError',
]);
const UNUSABLE = new Set([
  'InvalidParameterException',
  'InvalidRequestException',
  'ValidationException',
  'ValidationError',
]);

/** @throws TransientError when the store is away, asks for patience, or says what nobody knows. */
const failureOf = (thrown: unknown, reference: string): Failure => {
  const name = thrown instanceof Error ? thrown.name : 'unknown error';
  if (NOT_THERE.has(name)) return notFound(reference, `is not there (${name}): create it, or correct the reference.`);
  if (DENIED.has(name))
    return denied(reference, `is not given to this executor (${name}): look at the policy of its role.`);
  if (UNUSABLE.has(name))
    return unusable(reference, `can't be read (${name}): look at the reference, and at its state at AWS.`);
  throw new TransientError(`the store of the secret ${reference} does not answer (${name})`, { cause: thrown });
};

/** Loads the SDK with the first secret of its kind: it takes its time and memory. */
const once = <T>(load: () => Promise<T>): (() => Promise<T>) => {
  let loaded: Promise<T> | undefined;
  return () => (loaded ??= load());
};

const clientOptions = ({ region, endpoint, credentials }: AwsSecretsOptions) => ({
  region,
  ...(endpoint !== undefined && { endpoint }),
  // A copy: the SDK writes into the object, and ours is frozen.
  ...(credentials !== undefined && { credentials: { ...credentials } }),
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
});

const contentOf = ({ SecretString: text, SecretBinary: bytes }: GetSecretValueCommandOutput): string =>
  text ?? (bytes === undefined ? '' : Buffer.from(bytes).toString('utf8'));

const resolving = async (reference: string, read: () => Promise<string>): Promise<Result<string, Failure>> => {
  try {
    return ok(await read());
  } catch (thrown) {
    return err(failureOf(thrown, reference));
  }
};

interface SecretName {
  readonly id: string;
  readonly path: string | undefined;
  readonly stage: string | undefined;
}

const split = (text: string, at: number): readonly [string, string | undefined] =>
  at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];

/** The last @ begins the stage: a name with an @ in it is written with its stage. Names have no #. */
const secretName = (reference: string): SecretName | undefined => {
  const name = reference.slice('aws-sm:'.length);
  const [head, stage] = split(name, name.lastIndexOf('@'));
  const [id, path] = split(head, head.indexOf('#'));
  return [id, path, stage].includes('') ? undefined : { id, path, stage };
};

/** AWS Secrets Manager: `aws-sm:<name or ARN>[#member.of.json][@stage]`. */
export const createSecretsManagerSecrets = (options: AwsSecretsOptions): SecretStore => {
  const open = once(async () => {
    const { SecretsManager } = await import('@aws-sdk/client-secrets-manager');
    return new SecretsManager(clientOptions(options));
  });
  return {
    resolve: async (reference) => {
      const name = secretName(reference);
      if (name === undefined) return err(unusable(reference, 'is not aws-sm:<name or ARN>[#member][@stage].'));
      const secret = await resolving(reference, async () => {
        const client = await open();
        const version = name.stage === undefined ? {} : { VersionStage: name.stage };
        return contentOf(await client.getSecretValue({ SecretId: name.id, ...version }));
      });
      return secret.ok ? pickMember(secret.value, name.path, reference) : secret;
    },
  };
};

const PARAMETER = /^aws-ssm:([^#]+)(?:#([^#]+))?$/;

/** Parameters of AWS Systems Manager, decrypted: `aws-ssm:<name>[:version or :label][#member.of.json]`. */
export const createParameterSecrets = (options: AwsSecretsOptions): SecretStore => {
  const open = once(async () => {
    const { SSM } = await import('@aws-sdk/client-ssm');
    return new SSM(clientOptions(options));
  });
  return {
    resolve: async (reference) => {
      const [, name, path] = PARAMETER.exec(reference) ?? [];
      if (name === undefined) return err(unusable(reference, 'is not aws-ssm:<name>[#member].'));
      const secret = await resolving(reference, async () => {
        const client = await open();
        const { Parameter: parameter } = await client.getParameter({ Name: name, WithDecryption: true });
        return parameter?.Value ?? '';
      });
      return secret.ok ? pickMember(secret.value, path, reference) : secret;
    },
  };
};
