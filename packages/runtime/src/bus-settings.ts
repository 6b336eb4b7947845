import { z } from 'zod';
import { type AwsEmulator, awsEmulator, integerSetting, urlSetting } from './settings.ts';

/** How SNS and SQS are reached, as every service that speaks over them takes it from its environment. */
export const busSettings = () => ({
  AWS_REGION: z.string().default('us-east-1').meta({ description: 'Region of SNS and SQS' }),
  AWS_ENDPOINT_URL: urlSetting().optional().meta({ description: 'An emulator of SNS and SQS instead of AWS' }),
  AWS_ACCESS_KEY_ID: z.string().optional().meta({ description: "For an emulator; AWS takes the SDK's own chain" }),
  AWS_SECRET_ACCESS_KEY: z.string().optional().meta({ description: "For an emulator; AWS takes the SDK's own chain" }),
  PAO_BUS_PREFIX: z.string().default('pao').meta({ description: 'First part of the names of topics and queues' }),
  PAO_BUS_WAIT_SECONDS: integerSetting({ min: 1, max: 20 })
    .optional()
    .meta({ description: 'How long a receive waits for messages; 20, with an emulator 1' }),
});

type BusSettings = Readonly<z.output<z.ZodObject<ReturnType<typeof busSettings>>>>;

export interface BusConfig extends AwsEmulator {
  readonly prefix: string;
  readonly region: string;
}

export const busOf = (settings: BusSettings): BusConfig => ({
  prefix: settings.PAO_BUS_PREFIX,
  region: settings.AWS_REGION,
  ...awsEmulator(settings),
});

export const busWaitSecondsOf = (settings: BusSettings): number =>
  settings.PAO_BUS_WAIT_SECONDS ?? (settings.AWS_ENDPOINT_URL === undefined ? 20 : 1);
