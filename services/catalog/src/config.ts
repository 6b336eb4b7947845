import { fileURLToPath } from 'node:url';
import { starterRepository } from '@pao/catalog-starter';
import type { JSONWebKeySet } from '@pao/http';
import {
  busOf,
  busSettings,
  busWaitSecondsOf,
  integerSetting,
  jsonSetting,
  listSetting,
  loadConfig,
  logLevelSetting,
  portSetting,
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
  ...busSettings(),
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
    busWaitSeconds: busWaitSecondsOf(settings),
    bus: busOf(settings),
    logLevel: settings.PAO_LOG_LEVEL,
  }));

export type Config = Readonly<z.output<typeof configSchema>>;

/** What tracing reads by OpenTelemetry's own names. */
export const environment: NodeJS.ProcessEnv = process.env;

export const readConfig = (variables: NodeJS.ProcessEnv = environment): Config => loadConfig(configSchema, variables);
