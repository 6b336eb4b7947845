import { booleanSetting, integerSetting, listSetting } from '@pao/runtime';
import { z } from 'zod';

/** The variables of the `terraform` action. */
export const terraformSettings = {
  PAO_TERRAFORM_BINARY: z
    .string()
    .min(1)
    .default('terraform')
    .meta({ description: 'Terraform, or `tofu`: a name on the PATH, or a path' }),
  PAO_TERRAFORM_DIR: z
    .string()
    .startsWith('/', 'is not an absolute path')
    .default('/tmp/pao-terraform')
    .meta({ description: 'Where runs of Terraform have their folders. Nobody else may read it' }),
  PAO_TERRAFORM_STATE_DIR: z
    .string()
    .startsWith('/', 'is not an absolute path')
    .optional()
    .meta({ description: 'Folder of states for the backend `local`, and for documents that name none' }),
  PAO_TERRAFORM_PG_CONN_STR: z
    .string()
    .optional()
    .meta({ description: 'Secret: connection string of the backend `pg`, for documents that name none' }),
  PAO_TERRAFORM_MODULES_DIR: z
    .string()
    .startsWith('/', 'is not an absolute path')
    .optional()
    .meta({ description: 'Folder that module sources such as `./database` are taken from' }),
  PAO_TERRAFORM_ENV: listSetting().meta({
    description: 'Comma-separated names of variables that Terraform gets from here, such as `AWS_REGION`',
  }),
  PAO_TERRAFORM_CLI_CONFIG: z
    .string()
    .startsWith('/', 'is not an absolute path')
    .optional()
    .meta({ description: "Terraform's CLI configuration file: provider mirrors, registries" }),
  PAO_TERRAFORM_PLUGIN_CACHE_DIR: z
    .string()
    .startsWith('/', 'is not an absolute path')
    .optional()
    .meta({ description: 'Folder in which providers are kept between runs' }),
  PAO_TERRAFORM_CONCURRENCY: integerSetting({ min: 1, max: 100 })
    .default(2)
    .meta({ description: 'Runs of Terraform at once' }),
  PAO_TERRAFORM_GRACE_SECONDS: integerSetting({ min: 1, max: 600 })
    .default(20)
    .meta({ description: 'What a run that must end has for writing its state, before it is killed' }),
  PAO_TERRAFORM_LOCK_SECONDS: integerSetting({ min: 0, max: 600 })
    .default(30)
    .meta({ description: 'How long Terraform waits for a state that somebody else has locked' }),
  PAO_TERRAFORM_DISK_MB: integerSetting({ min: 1 })
    .default(2_048)
    .meta({ description: 'A run that takes more of the disk is told of in its log' }),
  PAO_TERRAFORM_FORBID_LOCAL_EXEC: booleanSetting()
    .default(true)
    .meta({ description: 'Refuses `local-exec` provisioners and the provider `external`, which run programs here' }),
};

type Settings = z.output<z.ZodObject<typeof terraformSettings>>;

/** How runs of Terraform are made, but for what comes from the executor's own environment. */
export const terraformOf = (settings: Settings) => ({
  binary: settings.PAO_TERRAFORM_BINARY,
  directory: settings.PAO_TERRAFORM_DIR,
  stateDirectory: settings.PAO_TERRAFORM_STATE_DIR,
  pgConnection: settings.PAO_TERRAFORM_PG_CONN_STR,
  modulesDirectory: settings.PAO_TERRAFORM_MODULES_DIR,
  cliConfig: settings.PAO_TERRAFORM_CLI_CONFIG,
  pluginCache: settings.PAO_TERRAFORM_PLUGIN_CACHE_DIR,
  concurrency: settings.PAO_TERRAFORM_CONCURRENCY,
  graceMs: settings.PAO_TERRAFORM_GRACE_SECONDS * 1_000,
  lockSeconds: settings.PAO_TERRAFORM_LOCK_SECONDS,
  diskBytes: settings.PAO_TERRAFORM_DISK_MB * 1_048_576,
  forbidLocalExec: settings.PAO_TERRAFORM_FORBID_LOCAL_EXEC,
  envNames: settings.PAO_TERRAFORM_ENV,
});

export interface TerraformOptions extends Readonly<ReturnType<typeof terraformOf>> {
  readonly path: string;
  /** What Terraform gets of the executor's environment. */
  readonly env: Readonly<Record<string, string>>;
}

export const terraformIn = (
  options: ReturnType<typeof terraformOf>,
  variables: NodeJS.ProcessEnv,
): TerraformOptions => ({
  ...options,
  path: variables['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
  env: Object.fromEntries(
    options.envNames.flatMap((name) => {
      const value = variables[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  ),
});
