import type { JWK } from '@pao/http';
import { integerSetting, jsonSetting, loadConfig, logLevelSetting, portSetting, urlSetting } from '@pao/runtime';
import { z } from 'zod';
import { roles } from './core/domain/policy.ts';

const apiKeySchema = z.strictObject({
  name: z.string().min(1).max(100),
  sha256: z.string().regex(/^[0-9a-f]{64}$/i, 'is not a SHA-256 in hexadecimal'),
  email: z.email(),
  teams: z.array(z.string().min(1)),
  roles: z.array(z.enum(roles)),
  tenant: z.string().min(1),
});

const privateKeySchema = z.looseObject({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string().min(1),
  d: z.string().min(1),
  kid: z.string().min(1).optional(),
});

type Service = 'catalog' | 'request' | 'executor' | 'escalation';

const serviceUrlsSchema = z.strictObject({
  catalog: urlSetting().optional(),
  request: urlSetting().optional(),
  executor: urlSetting().optional(),
  escalation: urlSetting().optional(),
});

const serviceUrl = (service: Service) =>
  urlSetting()
    .optional()
    .meta({ description: `Where the ${service} service listens; stronger than PAO_SERVICE_URLS` });

/** The variables of the gateway. */
export const settingsSchema = z.object({
  PAO_HOST: z.string().default('127.0.0.1').meta({ description: 'Address to listen on' }),
  PAO_PORT: portSetting().default(8080).meta({ description: 'Port to listen on' }),
  PAO_AUTH: z.enum(['required', 'demo']).default('required').meta({
    description: '`demo` serves calls without credentials from this machine as a demo user; needs a loopback PAO_HOST',
  }),
  PAO_API_KEYS: jsonSetting(z.array(apiKeySchema)).optional().meta({
    description: 'JSON array of `{ name, sha256, email, teams, roles, tenant }`; `sha256` is that of the key',
  }),
  PAO_IDENTITY_PRIVATE_KEY: jsonSetting(privateKeySchema).meta({
    description: 'Private Ed25519 key as JWK: signs the identity that services trust',
  }),
  PAO_SERVICE_URLS: jsonSetting(serviceUrlsSchema).optional().meta({
    description: 'JSON object with the address of each service: `catalog`, `request`, `executor`, `escalation`',
  }),
  PAO_CATALOG_URL: serviceUrl('catalog'),
  PAO_REQUEST_URL: serviceUrl('request'),
  PAO_EXECUTOR_URL: serviceUrl('executor'),
  PAO_ESCALATION_URL: serviceUrl('escalation'),
  PAO_RATE_LIMIT: integerSetting({ min: 0 })
    .default(2_000)
    .meta({ description: 'Calls a second for each caller and each address; 0 is no limit' }),
  PAO_RATE_BURST: integerSetting({ min: 1 }).default(5_000).meta({ description: 'Calls at once after a quiet time' }),
  PAO_UPSTREAM_TIMEOUT_MS: integerSetting({ min: 1 })
    .default(30_000)
    .meta({ description: 'Milliseconds until a service must have begun to answer' }),
  PAO_MAX_CONNECTIONS: integerSetting({ min: 1 }).default(10_000).meta({ description: 'Connections at once' }),
  PAO_LOG_LEVEL: logLevelSetting(),
  OTEL_EXPORTER_OTLP_ENDPOINT: urlSetting().optional().meta({
    description: 'Where spans are sent; without it only trace ids are passed on. Other `OTEL_*` variables count too',
  }),
});

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/i;

type Settings = z.output<typeof settingsSchema>;

const serviceUrlsOf = (settings: Settings, context: z.RefinementCtx): Readonly<Record<Service, string>> => {
  const urlOf = (service: Service): string => {
    const name = `PAO_${service.toUpperCase() as Uppercase<Service>}_URL` as const;
    const url = settings[name] ?? settings.PAO_SERVICE_URLS?.[service];
    if (url !== undefined) return url;
    context.addIssue({ code: 'custom', path: [name], message: 'is missing, and PAO_SERVICE_URLS has none' });
    return '';
  };
  return {
    catalog: urlOf('catalog'),
    request: urlOf('request'),
    executor: urlOf('executor'),
    escalation: urlOf('escalation'),
  };
};

const configSchema = settingsSchema.transform((settings, context) => {
  if (settings.PAO_AUTH === 'demo' && !LOOPBACK.test(settings.PAO_HOST)) {
    context.addIssue({
      code: 'custom',
      path: ['PAO_AUTH'],
      message: 'is demo, so PAO_HOST must be a loopback address',
    });
  }
  return {
    host: settings.PAO_HOST,
    port: settings.PAO_PORT,
    auth: settings.PAO_AUTH,
    apiKeys: settings.PAO_API_KEYS ?? [],
    identityKey: settings.PAO_IDENTITY_PRIVATE_KEY as JWK,
    serviceUrls: serviceUrlsOf(settings, context),
    rateLimit: { perSecond: settings.PAO_RATE_LIMIT, burst: settings.PAO_RATE_BURST },
    upstreamTimeoutMs: settings.PAO_UPSTREAM_TIMEOUT_MS,
    maxConnections: settings.PAO_MAX_CONNECTIONS,
    logLevel: settings.PAO_LOG_LEVEL,
  };
});

export type Config = Readonly<z.output<typeof configSchema>>;

/** What the process was started with. */
export const environment: NodeJS.ProcessEnv = process.env;

/** @throws ConfigError that names every variable to mend. */
export const readConfig = (from: NodeJS.ProcessEnv = environment): Config => loadConfig(configSchema, from);
