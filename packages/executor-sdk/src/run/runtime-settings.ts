import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { integerSetting } from '@pao/runtime';
import { z } from 'zod';
import type { PostgresLedgerOptions } from '../adapters/postgres/batched-writes.ts';
import { SECRET_PREFIX } from '../adapters/secrets/environment.ts';

/** As long as the name in an announcement may be. */
const MOST_LETTERS = 200;

/** What every executor goes by, as it takes it from its environment. */
export const runtimeSettings = () => ({
  PAO_EXECUTOR_INSTANCE: z.string().min(1).max(MOST_LETTERS).optional().meta({
    description:
      'A name that no other running executor has: what an earlier process of it left open is settled at once, not after its lease',
  }),
  PAO_EXECUTOR_ANNOUNCE_MS: integerSetting({ min: 0, max: 60_000 })
    .default(250)
    .meta({ description: 'A task still under way after so long is told of before it ends' }),
  PAO_EXECUTOR_SWEEP_SECONDS: integerSetting({ min: 1, max: 3_600 })
    .default(30)
    .meta({ description: 'How often attempts are looked for whose process is gone' }),
  PAO_EXECUTOR_WAKE_SECONDS: integerSetting({ min: 1, max: 300 }).default(1).meta({
    description: 'How often parked tasks are looked for whose time has come; the database is asked only then',
  }),
});

type RuntimeSettings = Readonly<z.output<z.ZodObject<ReturnType<typeof runtimeSettings>>>>;

interface RuntimeConfig {
  readonly owner: PostgresLedgerOptions['owner'];
  readonly announceAfterMs: number;
  readonly sweepMs: number;
  readonly wakeMs: number;
}

export const runtimeOf = (settings: RuntimeSettings): RuntimeConfig => ({
  owner: {
    instance: settings.PAO_EXECUTOR_INSTANCE ?? `${hostname()}-${process.pid}`,
    exclusive: settings.PAO_EXECUTOR_INSTANCE !== undefined,
    bootId: randomUUID(),
  },
  announceAfterMs: settings.PAO_EXECUTOR_ANNOUNCE_MS,
  sweepMs: settings.PAO_EXECUTOR_SWEEP_SECONDS * 1_000,
  wakeMs: settings.PAO_EXECUTOR_WAKE_SECONDS * 1_000,
});

/** What documents may refer to as `env:NAME`: by name, without the prefix. */
export const secretsIn = (variables: NodeJS.ProcessEnv): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(variables).flatMap(([name, value]) =>
      name.startsWith(SECRET_PREFIX) && value !== undefined ? [[name.slice(SECRET_PREFIX.length), value] as const] : [],
    ),
  );
