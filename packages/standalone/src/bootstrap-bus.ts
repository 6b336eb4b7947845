// Creates the topics and queues on an emulator: `AWS_ENDPOINT_URL=… node packages/standalone/src/bootstrap-bus.ts`.
// On AWS the template in infra/aws does that.
import { createTopology, ensureTopology } from '@pao/bus';
import { listSetting, loadConfig, urlSetting } from '@pao/runtime';
import { z } from 'zod';
import { environment } from './config.ts';

export const bootstrapSettingsSchema = z.object({
  AWS_ENDPOINT_URL: urlSetting().meta({ description: 'The emulator of SNS and SQS' }),
  AWS_REGION: z.string().default('us-east-1').meta({ description: 'Region of its names' }),
  PAO_BUS_PREFIX: z.string().default('pao').meta({ description: 'First part of the names of topics and queues' }),
  PAO_EXECUTOR_POOLS: listSetting().meta({ description: 'Pools with a task queue; `default` when empty' }),
});

const settings = loadConfig(bootstrapSettingsSchema, environment);
const pools = settings.PAO_EXECUTOR_POOLS.length === 0 ? ['default'] : settings.PAO_EXECUTOR_POOLS;

await ensureTopology(
  {
    region: settings.AWS_REGION,
    endpoint: settings.AWS_ENDPOINT_URL,
    credentials: { accessKeyId: 'emulator', secretAccessKey: 'emulator' },
  },
  createTopology({ prefix: settings.PAO_BUS_PREFIX, pools }),
);
