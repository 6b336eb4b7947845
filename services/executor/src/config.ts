import { runtimeOf, runtimeSettings, secretsIn } from '@pao/executor-sdk';
import type { JSONWebKeySet } from '@pao/http';
import { egressSettings } from '@pao/outgoing';
import {
  busOf,
  busSettings,
  busWaitSecondsOf,
  dataKeysSetting,
  integerSetting,
  jsonSetting,
  loadConfig,
  logLevelSetting,
  portSetting,
} from '@pao/runtime';
import { z } from 'zod';
import { githubConfig, githubSettings } from './github-settings.ts';
import { jiraOf, jiraSettings } from './jira-settings.ts';
import { secretsOf, secretsSettings } from './secrets-settings.ts';
import { serviceNowSettings } from './servicenow-settings.ts';
import { targetsOf, targetsSettings } from './targets-settings.ts';
import { type TerraformOptions, terraformIn, terraformOf, terraformSettings } from './terraform-settings.ts';

const publicKeysSchema = z.looseObject({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) });

/** The variables of the executor. */
export const settingsSchema = z.object({
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'is not a postgres:// address')
    .meta({ description: 'PostgreSQL, `postgres://…`' }),
  PAO_EXECUTOR_SCHEMA: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,50}$/)
    .default('pao_executor')
    .meta({ description: 'Schema of this service in the database' }),
  PAO_EXECUTOR_POOL: z
    .string()
    .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'is not in kebab-case')
    .default('default')
    .meta({ description: 'Pool whose commands are carried out: the queue `tasks-<pool>`' }),
  PAO_EXECUTOR_CONCURRENCY: integerSetting({ min: 1, max: 1_000 })
    .default(64)
    .meta({ description: 'Requests whose tasks are carried out at once' }),
  ...runtimeSettings(),
  PAO_EXECUTOR_RETENTION_DAYS: integerSetting({ min: 30, max: 36_500 }).default(400).meta({
    description:
      'How long the attempts of a task are kept after the last one ended. Longer than any request is kept: what is forgotten here would begin anew if it were asked for again',
  }),
  ...egressSettings,
  ...targetsSettings,
  ...jiraSettings,
  ...secretsSettings,
  ...terraformSettings,
  ...githubSettings,
  ...serviceNowSettings,
  PAO_DATA_KEYS: dataKeysSetting().meta({
    description:
      'Secret: comma-separated `<key id>:<base64 of 32 bytes>` or `<key id>:kms:<base64>`, as the request service has it; opens the secrets of requests. Without it tasks with secrets fail',
  }),
  PAO_IDENTITY_PUBLIC_KEYS: jsonSetting(publicKeysSchema).optional().meta({
    description:
      'JWK set of the gateway: whose identities are trusted. Without it nothing but health and metrics is answered',
  }),
  PAO_HOST: z.string().default('127.0.0.1').meta({ description: 'Address to listen on' }),
  PAO_PORT: portSetting().default(8083).meta({ description: 'Port to listen on' }),
  ...busSettings(),
  PAO_LOG_LEVEL: logLevelSetting(),
});

const configSchema = settingsSchema.transform((settings, context) => ({
  databaseUrl: settings.DATABASE_URL,
  schema: settings.PAO_EXECUTOR_SCHEMA,
  pool: settings.PAO_EXECUTOR_POOL,
  ...runtimeOf(settings),
  retentionDays: settings.PAO_EXECUTOR_RETENTION_DAYS,
  egress: { allow: settings.PAO_EGRESS_ALLOW, map: settings.PAO_EGRESS_MAP },
  jira: jiraOf(settings, context),
  secretStores: secretsOf(settings, context),
  targets: targetsOf(settings),
  terraform: terraformOf(settings),
  ...githubConfig(settings),
  serviceNow: settings.PAO_SERVICENOW_INSTANCES,
  dataKeys: settings.PAO_DATA_KEYS,
  identityKeys: settings.PAO_IDENTITY_PUBLIC_KEYS as JSONWebKeySet | undefined,
  host: settings.PAO_HOST,
  port: settings.PAO_PORT,
  bus: busOf(settings),
  consumer: {
    concurrency: settings.PAO_EXECUTOR_CONCURRENCY,
    waitSeconds: busWaitSecondsOf(settings),
  },
  logLevel: settings.PAO_LOG_LEVEL,
}));

export type Config = Readonly<z.output<typeof configSchema>> & {
  /** What documents may refer to as `env:NAME`: by name, without the prefix. */
  readonly secrets: ReadonlyMap<string, string>;
  readonly terraform: TerraformOptions;
};

/** What tracing reads by OpenTelemetry's own names. */
export const environment: NodeJS.ProcessEnv = process.env;

export const readConfig = (variables: NodeJS.ProcessEnv = environment): Config => {
  const config = loadConfig(configSchema, variables);
  return { ...config, secrets: secretsIn(variables), terraform: terraformIn(config.terraform, variables) };
};
