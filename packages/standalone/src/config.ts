import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { starterRepository } from '@pao/catalog-starter';
import { listSetting, loadConfig, logLevelSetting, portSetting, urlSetting } from '@pao/runtime';
import { z } from 'zod';

/** The variables of `npm start`. Every other `PAO_*` variable reaches the service it belongs to. */
export const settingsSchema = z.object({
  PAO_PORT: portSetting().default(8080).meta({ description: 'Port of 127.0.0.1 that the API answers on' }),
  PAO_DATA_DIR: z.string().min(1).default('.pao').meta({ description: 'Folder that keeps everything between starts' }),
  PAO_CATALOG: z.string().min(1).optional().meta({
    description: 'Folder, git address or `github:owner/repository` of the catalog; the built-in one when absent',
  }),
  PAO_AUTH: z
    .enum(['demo', 'required'])
    .default('demo')
    .meta({ description: '`demo` serves calls from this machine without credentials, as the demo user' }),
  PAO_API_KEYS: z.string().min(1).optional().meta({
    description: 'API keys, as the gateway takes them; in the demonstration one of an approver when absent',
  }),
  PAO_PUBLIC_URL: urlSetting()
    .optional()
    .meta({ description: 'Where targets and people reach the API; `http://127.0.0.1:PAO_PORT` when absent' }),
  PAO_DATA_KEYS: z.string().min(1).optional().meta({
    description: 'Secret: keys that seal the secrets of requests; one kept in the data directory when absent',
  }),
  PAO_EGRESS_ALLOW: listSetting()
    .optional()
    .meta({ description: 'Comma-separated `host:port` on loopback or private addresses that tasks may call' }),
  PAO_EGRESS_MAP: listSetting()
    .optional()
    .meta({ description: 'Comma-separated `host:port=host:port`: calls to the first go to the second' }),
  PAO_JIRA_URL: urlSetting().optional().meta({ description: 'A Jira site; the sandbox plays one when absent' }),
  PAO_GITHUB_TOKEN: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Secret: token of GitHub; the sandbox plays one without it' }),
  PAO_GITHUB_APP_ID: z.string().min(1).optional().meta({ description: 'A GitHub App in the place of a token' }),
  PAO_SANDBOX_PORT: portSetting()
    .optional()
    .meta({ description: 'Port of the sandbox; one above PAO_PORT, or a free one' }),
  DATABASE_URL: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'A PostgreSQL server to use instead of the embedded one' }),
  AWS_ENDPOINT_URL: urlSetting()
    .optional()
    .meta({ description: 'An SNS and SQS endpoint to use instead of the embedded emulator' }),
  PAO_LOG_LEVEL: logLevelSetting(),
});

export interface CatalogPlace {
  /** A folder is checked and shown before anything starts; an address is the catalog service's to judge. */
  readonly kind: 'folder' | 'address';
  readonly place: string;
}

const catalogPlace = (place: string | undefined): CatalogPlace => {
  if (place === undefined) return { kind: 'folder', place: fileURLToPath(starterRepository) };
  const isAddress = /^(?:github:|[a-z][a-z0-9+.-]+:\/\/|[\w.-]+@[\w.-]+:)/i.test(place);
  return isAddress ? { kind: 'address', place } : { kind: 'folder', place: resolve(place) };
};

const configSchema = settingsSchema.transform((settings) => ({
  port: settings.PAO_PORT,
  dataDirectory: resolve(settings.PAO_DATA_DIR),
  catalog: catalogPlace(settings.PAO_CATALOG),
  auth: settings.PAO_AUTH,
  /** Whoever brings keys has people of their own. */
  hasDemoApprover: settings.PAO_AUTH === 'demo' && settings.PAO_API_KEYS === undefined,
  /** Unknown for a port that the system chooses. */
  publicUrl: settings.PAO_PUBLIC_URL ?? (settings.PAO_PORT === 0 ? undefined : `http://127.0.0.1:${settings.PAO_PORT}`),
  dataKeys: settings.PAO_DATA_KEYS,
  egressAllow: settings.PAO_EGRESS_ALLOW ?? [],
  egressMap: settings.PAO_EGRESS_MAP ?? [],
  jiraUrl: settings.PAO_JIRA_URL,
  /** Whoever has credentials means the real one. */
  hasGithub: settings.PAO_GITHUB_TOKEN !== undefined || settings.PAO_GITHUB_APP_ID !== undefined,
  sandboxPort: settings.PAO_SANDBOX_PORT,
  databaseUrl: settings.DATABASE_URL,
  awsEndpointUrl: settings.AWS_ENDPOINT_URL,
  logLevel: settings.PAO_LOG_LEVEL,
}));

export type Config = Readonly<z.output<typeof configSchema>>;

export const environment: NodeJS.ProcessEnv = process.env;

export const readConfig = (): Config => loadConfig(configSchema, environment);
