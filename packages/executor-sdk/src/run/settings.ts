import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
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
import { SECRET_PREFIX } from '../adapters/secrets/environment.ts';

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
  PAO_EXECUTOR_INSTANCE: z.string().min(1).max(200).optional().meta({
    description:
      'A name that no other running executor has: what an earlier process of it left open is settled at once, not after its lease',
  }),
  PAO_EXECUTOR_CONCURRENCY: integerSetting({ min: 1, max: 1_000 })
    .optional()
    .meta({ description: 'Requests whose tasks are carried out at once; 16 if the program does not say' }),
  PAO_EXECUTOR_ANNOUNCE_MS: integerSetting({ min: 0, max: 60_000 })
    .default(250)
    .meta({ description: 'A task still under way after so long is told of before it ends' }),
  PAO_EXECUTOR_SWEEP_SECONDS: integerSetting({ min: 1, max: 3_600 })
    .default(30)
    .meta({ description: 'How often attempts are looked for whose process is gone' }),
  PAO_EXECUTOR_WAKE_SECONDS: integerSetting({ min: 1, max: 300 })
    .default(1)
    .meta({ description: 'How often parked tasks are looked for whose time has come' }),
  PAO_SECRETS_DIR: z.string().min(1).optional().meta({ description: 'Folder of `file:NAME` secrets' }),
  PAO_DATA_KEYS: dataKeysSetting().meta({
    description:
      'Secret: opens the secrets of requests; the keys of the request service. Without it tasks with secrets fail',
  }),
  PAO_HOST: z.string().default('127.0.0.1').meta({ description: 'Address that health and metrics listen on' }),
  PAO_PORT: portSetting().optional().meta({ description: 'Port of health and metrics; neither is served without one' }),
  ...busSettings({ minWaitSeconds: 1 }),
  PAO_LOG_LEVEL: logLevelSetting(),
});

const schema = executorSettings.transform((settings) => ({
  pool: settings.PAO_EXECUTOR_POOL,
  databaseUrl: settings.DATABASE_URL,
  schema: settings.PAO_EXECUTOR_SCHEMA,
  sqlite: settings.PAO_EXECUTOR_SQLITE,
  owner: {
    instance: settings.PAO_EXECUTOR_INSTANCE ?? `${hostname()}-${process.pid}`,
    exclusive: settings.PAO_EXECUTOR_INSTANCE !== undefined,
    bootId: randomUUID(),
  },
  concurrency: settings.PAO_EXECUTOR_CONCURRENCY,
  announceAfterMs: settings.PAO_EXECUTOR_ANNOUNCE_MS,
  sweepMs: settings.PAO_EXECUTOR_SWEEP_SECONDS * 1_000,
  wakeMs: settings.PAO_EXECUTOR_WAKE_SECONDS * 1_000,
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

export const readRunSettings = (variables: NodeJS.ProcessEnv): RunSettings => {
  const secrets = Object.entries(variables).flatMap(([name, value]) =>
    name.startsWith(SECRET_PREFIX) && value !== undefined ? [[name.slice(SECRET_PREFIX.length), value] as const] : [],
  );
  return { ...loadConfig(schema, variables), secrets: new Map(secrets) };
};
