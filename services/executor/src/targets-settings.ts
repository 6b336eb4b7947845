import { integerSetting, jsonSetting } from '@pao/runtime';
import { z } from 'zod';

const count = z.int().min(1).max(1_000_000).optional();

const rule = z
  .strictObject({ concurrency: count, perMinute: count })
  .refine(({ concurrency, perMinute }) => concurrency !== undefined || perMinute !== undefined, 'limits nothing');

const host = z
  .string()
  .regex(/^(?:\*|[^\s/:?#@*]+(?::\d{1,5})?|\[[0-9a-fA-F:.]+\](?::\d{1,5})?)$/, 'is neither a host, host:port nor *')
  .overwrite((name) => name.toLowerCase());

/** How the executor treats those it calls. */
export const targetsSettings = {
  PAO_EXECUTOR_LIMITS: jsonSetting(z.record(host, rule)).prefault('{}').meta({
    description:
      'What targets take of one executor, as JSON by host, `host:port` or `*` for each other one: `{"api.example.com":{"concurrency":5,"perMinute":60}}`. Who is over it waits',
  }),
  PAO_EXECUTOR_BREAKER_FAILURES: integerSetting({ min: 1, max: 10_000 })
    .default(10)
    .meta({ description: 'After so many troubles in a row (no connection, no answer, 5xx) tasks wait for a target' }),
  PAO_EXECUTOR_BREAKER_SECONDS: integerSetting({ min: 1, max: 3_600 })
    .default(30)
    .meta({ description: 'After so long one of them tries it again' }),
};

type Settings = z.output<z.ZodObject<typeof targetsSettings>>;

export const targetsOf = (settings: Settings) => ({
  limits: Object.entries(settings.PAO_EXECUTOR_LIMITS),
  breaker: {
    failures: settings.PAO_EXECUTOR_BREAKER_FAILURES,
    openMs: settings.PAO_EXECUTOR_BREAKER_SECONDS * 1_000,
  },
});
