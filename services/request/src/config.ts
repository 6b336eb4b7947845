import type { JSONWebKeySet } from '@pao/http';
import {
  awsEmulator,
  dataKeysSetting,
  integerSetting,
  jsonSetting,
  listSetting,
  loadConfig,
  logLevelSetting,
  portSetting,
  urlSetting,
} from '@pao/runtime';
import { z } from 'zod';

const publicKeysSchema = z.looseObject({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) });

/** The variables of the request service. */
export const settingsSchema = z.object({
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'is not a postgres:// address')
    .meta({ description: 'PostgreSQL, `postgres://…`' }),
  PAO_REQUEST_SCHEMA: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,50}$/)
    .default('pao_request')
    .meta({ description: 'Schema of this service in the database' }),
  PAO_DATABASE_CONNECTIONS: integerSetting({ min: 2, max: 200 })
    .default(10)
    .meta({ description: 'Connections to the database at once' }),
  PAO_IDENTITY_PUBLIC_KEYS: jsonSetting(publicKeysSchema).meta({
    description: 'JWK set of the gateway: whose identities are trusted',
  }),
  PAO_HOST: z.string().default('127.0.0.1').meta({ description: 'Address to listen on' }),
  PAO_PORT: portSetting().default(8082).meta({ description: 'Port to listen on' }),
  AWS_REGION: z.string().default('us-east-1').meta({ description: 'Region of SNS and SQS' }),
  AWS_ENDPOINT_URL: urlSetting().optional().meta({ description: 'An emulator of SNS and SQS instead of AWS' }),
  AWS_ACCESS_KEY_ID: z.string().optional().meta({ description: "For an emulator; AWS takes the SDK's own chain" }),
  AWS_SECRET_ACCESS_KEY: z.string().optional().meta({ description: "For an emulator; AWS takes the SDK's own chain" }),
  PAO_BUS_PREFIX: z.string().default('pao').meta({ description: 'First part of the names of topics and queues' }),
  PAO_BUS_WAIT_SECONDS: integerSetting({ min: 0, max: 20 })
    .optional()
    .meta({ description: 'How long a receive waits for messages; 20, with an emulator 1' }),
  PAO_EXECUTOR_POOLS: listSetting().meta({
    description: 'Comma-separated executor pools that take tasks beside `default`',
  }),
  PAO_CONSUMER_CONCURRENCY: integerSetting({ min: 1, max: 1_000 })
    .default(64)
    .meta({ description: 'Requests whose messages are handled at once' }),
  PAO_RESEND_AFTER_SECONDS: integerSetting({ min: 1 })
    .default(60)
    .meta({ description: 'How long a queued task may wait for a sign of life before its command is sent again' }),
  PAO_IDEMPOTENCY_HOURS: integerSetting({ min: 1 })
    .default(48)
    .meta({ description: 'How long the answer to an Idempotency-Key is kept' }),
  PAO_DATA_KEYS: dataKeysSetting().meta({
    description:
      'Secret: comma-separated `<key id>:<base64 of 32 bytes>`; seals the secrets of requests, the first key the new ones. Without it documents with password fields are refused',
  }),
  PAO_ENVIRONMENT: z.string().default('local').meta({ description: '`.system.environment` of templates' }),
  PAO_PLATFORM_ACCOUNT: z.string().default('').meta({ description: '`.system.platform.account` of templates' }),
  PAO_PLATFORM_REGION: z.string().default('').meta({ description: '`.system.platform.region` of templates' }),
  PAO_LOG_LEVEL: logLevelSetting(),
});

const configSchema = settingsSchema.transform((settings) => ({
  database: {
    url: settings.DATABASE_URL,
    schema: settings.PAO_REQUEST_SCHEMA,
    maxConnections: settings.PAO_DATABASE_CONNECTIONS,
  },
  identityKeys: settings.PAO_IDENTITY_PUBLIC_KEYS as unknown as JSONWebKeySet,
  host: settings.PAO_HOST,
  port: settings.PAO_PORT,
  bus: {
    prefix: settings.PAO_BUS_PREFIX,
    pools: [...new Set(['default', ...settings.PAO_EXECUTOR_POOLS])],
    region: settings.AWS_REGION,
    ...awsEmulator(settings),
  },
  consumer: {
    concurrency: settings.PAO_CONSUMER_CONCURRENCY,
    waitSeconds: settings.PAO_BUS_WAIT_SECONDS ?? (settings.AWS_ENDPOINT_URL === undefined ? 20 : 1),
  },
  resendAfterMs: settings.PAO_RESEND_AFTER_SECONDS * 1_000,
  idempotencyHours: settings.PAO_IDEMPOTENCY_HOURS,
  dataKeys: settings.PAO_DATA_KEYS,
  platform: {
    environment: settings.PAO_ENVIRONMENT,
    account: settings.PAO_PLATFORM_ACCOUNT,
    region: settings.PAO_PLATFORM_REGION,
  },
  logLevel: settings.PAO_LOG_LEVEL,
}));

export type Config = Readonly<z.output<typeof configSchema>>;

/** What tracing reads by OpenTelemetry's own names. */
export const environment: NodeJS.ProcessEnv = process.env;

export const readConfig = (variables: NodeJS.ProcessEnv = environment): Config => loadConfig(configSchema, variables);
