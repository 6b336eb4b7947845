import { type Logger, PeriodicJob } from '@pao/runtime';
import { createTerraform, type Terraform } from '../adapters/terraform/cli.ts';
import type { TerraformOptions } from '../terraform-settings.ts';

/** How often the folders of executors that are gone are looked for. */
const SWEEP_MS = 60_000;

export interface TerraformPart {
  readonly terraform: Terraform;
  /** Says which Terraform there is, and clears up after executors that are gone. */
  start(): Promise<void>;
  /** Has what runs come to an end. */
  stop(): Promise<void>;
}

export const createTerraformPart = (options: TerraformOptions, logger: Logger): TerraformPart => {
  const terraform = createTerraform(options);
  const sweep = async (): Promise<void> => {
    const { removed, left, rescued } = await terraform.sweep();
    if (removed + left > 0) logger.info({ removed, left }, 'found runs of Terraform without their executor');
    for (const path of rescued)
      logger.error({ path }, 'Terraform could not store this state: the only record of what it did');
  };
  const job = new PeriodicJob({ name: 'terraform-folders', intervalMs: SWEEP_MS, run: sweep, logger });
  return {
    terraform,
    start: async () => {
      const version = await terraform.version();
      if (version.ok) logger.info({ binary: options.binary, version: version.value.text }, 'found Terraform');
      else logger.warn({ binary: options.binary }, version.error.message);
      await job
        .processOnce()
        .catch((error: unknown) => logger.warn({ err: error }, 'could not clear up after Terraform'));
      job.start();
    },
    stop: async () => {
      terraform.stop();
      await job.stop();
    },
  };
};
