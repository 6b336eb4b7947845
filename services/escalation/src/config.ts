import type { JSONWebKeySet } from '@pao/http';
import {
  awsEmulator,
  integerSetting,
  jsonSetting,
  loadConfig,
  logLevelSetting,
  portSetting,
  urlSetting,
} from '@pao/runtime';
import { z } from 'zod';

const publicKeysSchema = z.looseObject({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) });

/** The variables of the escalation service. */
export const settingsSchema = z.object({
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'is not a postgres:// address')
    .meta({ description: 'PostgreSQL, `postgres://…`' }),
  PAO_ESCALATION_SCHEMA: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,50}$/)
    .default('pao_escalation')
    .meta({ description: 'Schema of this service in the database' }),
  PAO_IDENTITY_PUBLIC_KEYS: jsonSetting(publicKeysSchema).meta({
    description: 'JWK set of the gateway: whose identities are trusted',
  }),
  PAO_HOST: z.string().default('127.0.0.1').meta({ description: 'Address to listen on' }),
  PAO_PORT: portSetting().default(8084).meta({ description: 'Port to listen on' }),
  AWS_REGION: z.string().default('us-east-1').meta({ description: 'Region of SQS' }),
  AWS_ENDPOINT_URL: urlSetting().optional().meta({ description: 'An emulator of SNS and SQS instead of AWS' }),
  AWS_ACCESS_KEY_ID: z.string().optional().meta({ description: "For an emulator; AWS takes the SDK's own chain" }),
  AWS_SECRET_ACCESS_KEY: z.string().optional().meta({ description: "For an emulator; AWS takes the SDK's own chain" }),
  PAO_BUS_PREFIX: z.string().default('pao').meta({ description: 'First part of the names of topics and queues' }),
  PAO_BUS_WAIT_SECONDS: integerSetting({ min: 1, max: 20 })
    .optional()
    .meta({ description: 'How long a receive waits for messages; 20, with an emulator 1' }),
  PAO_CONSUMER_CONCURRENCY: integerSetting({ min: 1, max: 1_000 })
    .default(8)
    .meta({ description: 'Requests whose messages are handled at once' }),
  PAO_LOG_LEVEL: logLevelSetting(),
});

const configSchema = settingsSchema.transform((settings) => ({
  databaseUrl: settings.DATABASE_URL,
  schema: settings.PAO_ESCALATION_SCHEMA,
  identityKeys: settings.PAO_IDENTITY_PUBLIC_KEYS as unknown as JSONWebKeySet,
  host: settings.PAO_HOST,
  port: settings.PAO_PORT,
  bus: { prefix: settings.PAO_BUS_PREFIX, region: settings.AWS_REGION, ...awsEmulator(settings) },
  consumer: {
    concurrency: settings.PAO_CONSUMER_CONCURRENCY,
    waitSeconds: settings.PAO_BUS_WAIT_SECONDS ?? (settings.AWS_ENDPOINT_URL === undefined ? 20 : 1),
  },
  logLevel: settings.PAO_LOG_LEVEL,
}));

export type Config = Readonly<z.output<typeof configSchema>>;

/** What tracing reads by OpenTelemetry's own names. */
export const environment: NodeJS.ProcessEnv = process.env;

export const readConfig = (variables: NodeJS.ProcessEnv = environment): Config => loadConfig(configSchema, variables);
