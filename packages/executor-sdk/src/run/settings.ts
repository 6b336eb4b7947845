import {
  busOf,
  busSettings,
  busWaitSecondsOf,
  dataKeysSetting,
  integerSetting,
  loadConfig,
  logLevelSetting,
  portSetting,
} from '@pao/runtime';
import { z } from 'zod';
import { runtimeOf, runtimeSettings, secretsIn } from './runtime-settings.ts';

/** The variables of an executor of one's own: those of the executor that comes with PAO, as far as they make sense here. */
export const executorSettings = z.object({
  PAO_EXECUTOR_POOL: z
    .string()
    .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'is not in kebab-case')
    .optional()
    .meta({ description: 'Pool whose commands are carried out: the queue `tasks-<pool>`; else that of the program' }),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'is not a postgres:// address')
    .optional()
    .meta({ description: 'PostgreSQL for the ledger, `postgres://…`: needed for more than one executor of a pool' }),
  PAO_EXECUTOR_SCHEMA: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,50}$/)
    .default('pao_executor')
    .meta({ description: 'Schema in that database; each pool needs one of its own' }),
  PAO_EXECUTOR_SQLITE: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Without PostgreSQL: file of the ledger, for one executor' }),
  PAO_EXECUTOR_CONCURRENCY: integerSetting({ min: 1, max: 1_000 })
    .optional()
    .meta({ description: 'Requests whose tasks are carried out at once; 16 if the program does not say' }),
  ...runtimeSettings(),
  PAO_SECRETS_DIR: z.string().min(1).optional().meta({ description: 'Folder of `file:NAME` secrets' }),
  PAO_DATA_KEYS: dataKeysSetting().meta({
    description:
      'Secret: opens the secrets of requests; the keys of the request service. Without it tasks with secrets fail',
  }),
  PAO_HOST: z.string().default('127.0.0.1').meta({ description: 'Address that health and metrics listen on' }),
  PAO_PORT: portSetting().optional().meta({ description: 'Port of health and metrics; neither is served without one' }),
  ...busSettings(),
  PAO_LOG_LEVEL: logLevelSetting(),
});

const schema = executorSettings.transform((settings) => ({
  pool: settings.PAO_EXECUTOR_POOL,
  databaseUrl: settings.DATABASE_URL,
  schema: settings.PAO_EXECUTOR_SCHEMA,
  sqlite: settings.PAO_EXECUTOR_SQLITE,
  concurrency: settings.PAO_EXECUTOR_CONCURRENCY,
  ...runtimeOf(settings),
  secretsDirectory: settings.PAO_SECRETS_DIR,
  dataKeys: settings.PAO_DATA_KEYS,
  host: settings.PAO_HOST,
  port: settings.PAO_PORT,
  bus: busOf(settings),
  waitSeconds: busWaitSecondsOf(settings),
  logLevel: settings.PAO_LOG_LEVEL,
}));

export type RunSettings = Readonly<z.output<typeof schema>> & {
  /** By name, without the prefix. */
  readonly secrets: ReadonlyMap<string, string>;
};

export const readRunSettings = (variables: NodeJS.ProcessEnv): RunSettings => ({
  ...loadConfig(schema, variables),
  secrets: secretsIn(variables),
});
