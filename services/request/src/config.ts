import type { JSONWebKeySet } from '@pao/http';
import {
  busOf,
  busSettings,
  busWaitSecondsOf,
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

const daysSetting = () => integerSetting({ min: 1, max: 36_500 });

const callbackKeySetting = () =>
  z
    .string()
    .regex(/^[A-Za-z0-9+/]{43}=$/, 'is not base64 of 32 bytes')
    .transform((text) => Buffer.from(text, 'base64'))
    .optional();

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
  ...busSettings(),
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
  PAO_RETENTION_COMPLETED_DAYS: daysSetting().default(90).meta({ description: 'How long a completed request is kept' }),
  PAO_RETENTION_ABORTED_DAYS: daysSetting().default(90).meta({ description: 'How long an aborted request is kept' }),
  PAO_RETENTION_FAILED_DAYS: daysSetting()
    .default(180)
    .meta({ description: 'How long a failed request is kept that nobody decides about' }),
  PAO_ATTENTION_QUEUED_MINUTES: integerSetting({ min: 1 }).default(60).meta({
    description:
      'How long a task may be queued, a request aborting, or escalating, or a message unpublished, before operators are told',
  }),
  PAO_ATTENTION_PROCESSING_HOURS: integerSetting({ min: 1 })
    .default(24)
    .meta({ description: 'How long a task may be at work before operators are told' }),
  PAO_ATTENTION_WAITING_HOURS: integerSetting({ min: 1 })
    .default(336)
    .meta({ description: 'How long a task may wait for the outer world before operators are told' }),
  PAO_DATA_KEYS: dataKeysSetting().meta({
    description:
      'Secret: comma-separated `<key id>:<base64 of 32 bytes>`, or `<key id>:kms:<base64>` for a key that AWS KMS unwraps at the start; seals the secrets of requests, the first key the new ones. Without it documents with password fields are refused',
  }),
  PAO_PUBLIC_URL: urlSetting()
    .optional()
    .meta({ description: 'Where targets reach the API to call back; without it no task waits for a callback' }),
  PAO_CALLBACK_KEY: callbackKeySetting().meta({
    description:
      'Secret: base64 of 32 bytes that the addresses of callbacks are made with; without it they are made with `PAO_DATA_KEYS`',
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
  bus: { ...busOf(settings), pools: [...new Set(['default', ...settings.PAO_EXECUTOR_POOLS])] },
  consumer: {
    concurrency: settings.PAO_CONSUMER_CONCURRENCY,
    waitSeconds: busWaitSecondsOf(settings),
  },
  resendAfterMs: settings.PAO_RESEND_AFTER_SECONDS * 1_000,
  idempotencyHours: settings.PAO_IDEMPOTENCY_HOURS,
  retentionDays: {
    completed: settings.PAO_RETENTION_COMPLETED_DAYS,
    aborted: settings.PAO_RETENTION_ABORTED_DAYS,
    failed: settings.PAO_RETENTION_FAILED_DAYS,
  },
  attention: {
    queuedMs: settings.PAO_ATTENTION_QUEUED_MINUTES * 60_000,
    processingMs: settings.PAO_ATTENTION_PROCESSING_HOURS * 3_600_000,
    waitingMs: settings.PAO_ATTENTION_WAITING_HOURS * 3_600_000,
  },
  dataKeys: settings.PAO_DATA_KEYS,
  callbacks: { publicUrl: settings.PAO_PUBLIC_URL, key: settings.PAO_CALLBACK_KEY },
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

const ownersSchema = settingsSchema
  .pick({ DATABASE_URL: true, PAO_REQUEST_SCHEMA: true })
  .transform(({ DATABASE_URL: url, PAO_REQUEST_SCHEMA: schema }) => ({ url, schema }));

/** Of the commands that the owner of the database runs. */
export const readOwnersConfig = (variables: NodeJS.ProcessEnv = environment) => loadConfig(ownersSchema, variables);
