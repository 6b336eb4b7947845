import { fileURLToPath } from 'node:url';
import { starterRepository } from '@pao/catalog-starter';
import type { JSONWebKeySet } from '@pao/http';
import {
  awsEmulator,
  integerSetting,
  jsonSetting,
  listSetting,
  loadConfig,
  logLevelSetting,
  portSetting,
  urlSetting,
} from '@pao/runtime';
import { z } from 'zod';
import { type SourceConfig, sourceConfig, sourceIssues, sourceSettings } from './source-settings.ts';

const publicKeysSchema = z.looseObject({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) });

/** The variables of the catalog service. */
export const settingsSchema = z.object({
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'is not a postgres:// address')
    .meta({ description: 'PostgreSQL, `postgres://…`' }),
  PAO_CATALOG_SCHEMA: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,50}$/)
    .default('pao_catalog')
    .meta({ description: 'Schema of this service in the database' }),
  ...sourceSettings,
  PAO_CATALOG_SWEEP_SECONDS: integerSetting({ min: 1, max: 86_400 })
    .default(60)
    .meta({ description: 'How often a folder is read when no change was noticed' }),
  PAO_CATALOG_RESYNC_MINUTES: integerSetting({ min: 1, max: 60 })
    .default(5)
    .meta({ description: 'How often a catalog that is not a folder is read again when no webhook told of a change' }),
  PAO_CATALOG_WEBHOOK_SECRETS: listSetting()
    .refine((secrets) => secrets.length <= 2, 'takes two at most: one, and the next one while it is rolled out')
    .refine((secrets) => secrets.every((secret) => secret.length >= 16), 'has a secret of less than 16 characters')
    .meta({
      description: "GitHub's webhook is believed when signed by one of these, comma-separated; none: no webhook",
    }),
  PAO_IDENTITY_PUBLIC_KEYS: jsonSetting(publicKeysSchema).meta({
    description: 'JWK set of the gateway: whose identities are trusted',
  }),
  PAO_HOST: z.string().default('127.0.0.1').meta({ description: 'Address to listen on' }),
  PAO_PORT: portSetting().default(8081).meta({ description: 'Port to listen on' }),
  AWS_REGION: z.string().default('us-east-1').meta({ description: 'Region of SNS' }),
  AWS_ENDPOINT_URL: urlSetting().optional().meta({ description: 'An emulator of SNS and SQS instead of AWS' }),
  AWS_ACCESS_KEY_ID: z.string().optional().meta({ description: "For an emulator; AWS takes the SDK's own chain" }),
  AWS_SECRET_ACCESS_KEY: z.string().optional().meta({ description: "For an emulator; AWS takes the SDK's own chain" }),
  PAO_BUS_PREFIX: z.string().default('pao').meta({ description: 'First part of the names of topics and queues' }),
  PAO_BUS_WAIT_SECONDS: integerSetting({ min: 0, max: 20 })
    .optional()
    .meta({ description: 'How long a receive waits for messages; 20, with an emulator 1' }),
  PAO_LOG_LEVEL: logLevelSetting(),
});

const placeOf = (source: SourceConfig): { readonly branch: string | undefined; readonly folder: string } =>
  source.kind === 'folder' ? { branch: undefined, folder: '' } : { branch: source.branch, folder: source.root };

const configSchema = settingsSchema
  .superRefine((settings, context) => {
    for (const [variable, message] of sourceIssues(settings)) {
      context.addIssue({ code: 'custom', path: [variable], message });
    }
  })
  .transform((settings) => ({ ...settings, source: sourceConfig(settings, fileURLToPath(starterRepository)) }))
  .transform(({ source, ...settings }) => ({
    databaseUrl: settings.DATABASE_URL,
    schema: settings.PAO_CATALOG_SCHEMA,
    source,
    sweepMs: settings.PAO_CATALOG_SWEEP_SECONDS * 1_000,
    webhookSecrets: settings.PAO_CATALOG_WEBHOOK_SECRETS,
    /** What a webhook's push must touch. */
    place: placeOf(source),
    resyncMinutes: source.kind === 'folder' ? undefined : settings.PAO_CATALOG_RESYNC_MINUTES,
    identityKeys: settings.PAO_IDENTITY_PUBLIC_KEYS as unknown as JSONWebKeySet,
    host: settings.PAO_HOST,
    port: settings.PAO_PORT,
    busWaitSeconds: settings.PAO_BUS_WAIT_SECONDS ?? (settings.AWS_ENDPOINT_URL === undefined ? 20 : 1),
    bus: { prefix: settings.PAO_BUS_PREFIX, region: settings.AWS_REGION, ...awsEmulator(settings) },
    logLevel: settings.PAO_LOG_LEVEL,
  }));

export type Config = Readonly<z.output<typeof configSchema>>;

/** What tracing reads by OpenTelemetry's own names. */
export const environment: NodeJS.ProcessEnv = process.env;

export const readConfig = (variables: NodeJS.ProcessEnv = environment): Config => loadConfig(configSchema, variables);
