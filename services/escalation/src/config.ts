import type { JSONWebKeySet } from '@pao/http';
import { DEFAULT_JIRA, type JiraInstance, jiraInstancesSetting } from '@pao/jira';
import { egressSettings } from '@pao/outgoing';
import {
  busOf,
  busSettings,
  busWaitSecondsOf,
  dataKeysSetting,
  integerSetting,
  jsonSetting,
  listSetting,
  loadConfig,
  logLevelSetting,
  portSetting,
  urlSetting,
} from '@pao/runtime';
import { z } from 'zod';
import { serviceNowSettings } from './servicenow-settings.ts';

const publicKeysSchema = z.looseObject({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) });

/** Not quoted in an error: it carries a password. */
const smtpSetting = () =>
  z.string().transform((text, context) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url && /^smtps?:$/.test(url.protocol) && url.hostname !== '') return url;
    context.addIssue({ code: 'custom', message: 'is not an smtp:// or smtps:// address' });
    return z.NEVER;
  });

const DECLINED = "Won't Do,Won't Fix,Declined,Duplicate,Cannot Reproduce,Cancelled,Canceled,Rejected";

/** The variables of the escalation service. */
export const settingsSchema = z.object({
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'is not a postgres:// address')
    .meta({ description: 'PostgreSQL, `postgres://…`' }),
  PAO_ESCALATION_SCHEMA: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,50}$/)
    .default('pao_escalation')
    .meta({ description: 'Schema of this service in the database' }),
  PAO_IDENTITY_PUBLIC_KEYS: jsonSetting(publicKeysSchema).meta({
    description: 'JWK set of the gateway: whose identities are trusted',
  }),
  PAO_JIRA_URL: urlSetting().optional().meta({
    description: 'Jira site of the tickets, `https://example.atlassian.net`; without one tasks are completed by hand',
  }),
  PAO_JIRA_FLAVOR: z
    .enum(['cloud', 'data-center'])
    .default('cloud')
    .meta({ description: '`cloud`, or `data-center` with a personal access token as PAO_JIRA_API_TOKEN' }),
  PAO_JIRA_EMAIL: z.string().min(1).optional().meta({ description: 'Account that creates tickets; Cloud only' }),
  PAO_JIRA_API_TOKEN: z.string().min(1).optional().meta({ description: 'Secret: API token of that account' }),
  PAO_JIRA_INSTANCES: jiraInstancesSetting().meta({
    description:
      'Secret: further sites by the name that documents call them, `{"ops":{"url","flavor","email","apiToken"}}`',
  }),
  PAO_JIRA_WEBHOOK_SECRET: z
    .string()
    .min(16)
    .optional()
    .meta({ description: 'Secret: signs what Jira sends to `/webhooks/jira`; without it nothing is taken there' }),
  PAO_ESCALATION_JIRA_PROJECT: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]*$/, 'is not a project key')
    .optional()
    .meta({ description: 'Project of tickets whose document names none' }),
  PAO_ESCALATION_JIRA_ISSUE_TYPE: z
    .string()
    .min(1)
    .default('Task')
    .meta({ description: 'Issue type of tickets whose document names none' }),
  PAO_ESCALATION_JIRA_PARENT: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]*-[0-9]+$/, 'is not the key of an issue')
    .optional()
    .meta({ description: 'Epic or other parent of tickets whose document names none' }),
  PAO_ESCALATION_JIRA_LINK_TYPE: z
    .string()
    .min(1)
    .default('Blocks')
    .meta({ description: 'Type of links between tickets of tasks that depend on one another' }),
  PAO_ESCALATION_JIRA_DECLINED: listSetting()
    .prefault(DECLINED)
    .meta({ description: 'Comma-separated resolutions that say that it won’t be done: they abort the request' }),
  PAO_ESCALATION_SWEEP_SECONDS: integerSetting({ min: 1, max: 3_600 })
    .default(60)
    .meta({ description: 'How often Jira is asked which tickets changed' }),
  PAO_ESCALATION_LEASE_SECONDS: integerSetting({ min: 1, max: 3_600 }).default(90).meta({
    description: 'After so long without a sign of life another process goes on with the tickets of a request',
  }),
  PAO_INCIDENT_WINDOW_HOURS: integerSetting({ min: 1, max: 8_760 }).default(24).meta({
    description: 'How long after the last failure another one for the same reason is still the same incident',
  }),
  PAO_ESCALATION_RETENTION_DAYS: integerSetting({ min: 30, max: 36_500 }).default(400).meta({
    description: 'How long stops, tickets, incidents and dead letters are kept after their end',
  }),
  PAO_DATA_KEYS: dataKeysSetting().meta({
    description:
      'Secret: keys that seal the addresses of subscriptions, as the request service takes them; without one nobody can subscribe',
  }),
  PAO_SMTP_URL: smtpSetting().optional().meta({
    description: 'Secret: mail server, `smtp://user:password@host:587` (STARTTLS is demanded) or `smtps://…`',
  }),
  PAO_MAIL_FROM: z
    .string()
    .regex(/^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,253}$/, 'is not an e-mail address')
    .optional()
    .meta({ description: 'Sender of e-mails; needed with PAO_SMTP_URL' }),
  PAO_PUBLIC_URL: urlSetting().optional().meta({
    description: 'Where people reach the API, for links in notifications; without it they carry none',
  }),
  ...serviceNowSettings,
  ...egressSettings,
  PAO_HOST: z.string().default('127.0.0.1').meta({ description: 'Address to listen on' }),
  PAO_PORT: portSetting().default(8084).meta({ description: 'Port to listen on' }),
  ...busSettings(),
  PAO_EXECUTOR_POOLS: listSetting().meta({
    description: 'Comma-separated executor pools beside `default`, whose queues and dead letters are looked after',
  }),
  PAO_CONSUMER_CONCURRENCY: integerSetting({ min: 1, max: 1_000 })
    .default(32)
    .meta({ description: 'Requests whose messages are handled at once' }),
  PAO_LOG_LEVEL: logLevelSetting(),
});

type Settings = z.output<typeof settingsSchema>;

const jiraOf = (settings: Settings, context: z.RefinementCtx): ReadonlyMap<string, JiraInstance> => {
  const { PAO_JIRA_URL: url, PAO_JIRA_EMAIL: email, PAO_JIRA_API_TOKEN: apiToken, PAO_JIRA_FLAVOR: flavor } = settings;
  const others = Object.entries(settings.PAO_JIRA_INSTANCES);
  if (url === undefined) return new Map(others);
  const needed = { PAO_JIRA_API_TOKEN: apiToken, ...(flavor === 'cloud' && { PAO_JIRA_EMAIL: email }) };
  for (const [name, value] of Object.entries(needed)) {
    if (value !== undefined) continue;
    context.addIssue({ code: 'custom', message: 'is missing, though PAO_JIRA_URL is set', path: [name] });
  }
  const own = { url, apiToken: apiToken ?? '', flavor, ...(flavor === 'cloud' && email !== undefined && { email }) };
  return new Map([...others, [DEFAULT_JIRA, own]]);
};

/** The mail server, and whom its mail is from. */
const smtpOf = (
  settings: Settings,
  context: z.RefinementCtx,
): { readonly url: URL; readonly from: string } | undefined => {
  const { PAO_SMTP_URL: url, PAO_MAIL_FROM: from } = settings;
  if (url === undefined) return undefined;
  if (from !== undefined) return { url, from };
  const message = 'is missing, though PAO_SMTP_URL is set';
  context.addIssue({ code: 'custom', message, path: ['PAO_MAIL_FROM'] });
  return undefined;
};

const configSchema = settingsSchema.transform((settings, context) => ({
  databaseUrl: settings.DATABASE_URL,
  schema: settings.PAO_ESCALATION_SCHEMA,
  identityKeys: settings.PAO_IDENTITY_PUBLIC_KEYS as unknown as JSONWebKeySet,
  jira: {
    instances: jiraOf(settings, context),
    linkType: settings.PAO_ESCALATION_JIRA_LINK_TYPE,
    declined: new Set(settings.PAO_ESCALATION_JIRA_DECLINED.map((name) => name.toLowerCase())),
    webhookSecret: settings.PAO_JIRA_WEBHOOK_SECRET,
  },
  defaults: {
    project: settings.PAO_ESCALATION_JIRA_PROJECT,
    issueType: settings.PAO_ESCALATION_JIRA_ISSUE_TYPE,
    parent: settings.PAO_ESCALATION_JIRA_PARENT,
    routes: settings.PAO_TICKET_ROUTES,
  },
  servicenow: {
    instances: new Map(Object.entries(settings.PAO_SERVICENOW_INSTANCES)),
    tables: settings.PAO_ESCALATION_SERVICENOW_TABLES,
    webhookSecret: settings.PAO_SERVICENOW_WEBHOOK_SECRET,
  },
  sweepMs: settings.PAO_ESCALATION_SWEEP_SECONDS * 1_000,
  leaseMs: settings.PAO_ESCALATION_LEASE_SECONDS * 1_000,
  incidentWindowMs: settings.PAO_INCIDENT_WINDOW_HOURS * 3_600_000,
  retentionDays: settings.PAO_ESCALATION_RETENTION_DAYS,
  dataKeys: settings.PAO_DATA_KEYS,
  smtp: smtpOf(settings, context),
  publicUrl: settings.PAO_PUBLIC_URL,
  egress: { allow: settings.PAO_EGRESS_ALLOW, map: settings.PAO_EGRESS_MAP },
  host: settings.PAO_HOST,
  port: settings.PAO_PORT,
  bus: { ...busOf(settings), pools: [...new Set(['default', ...settings.PAO_EXECUTOR_POOLS])] },
  consumer: {
    concurrency: settings.PAO_CONSUMER_CONCURRENCY,
    waitSeconds: busWaitSecondsOf(settings),
  },
  logLevel: settings.PAO_LOG_LEVEL,
}));

export type Config = Readonly<z.output<typeof configSchema>>;

/** What tracing reads by OpenTelemetry's own names. */
export const environment: NodeJS.ProcessEnv = process.env;

export const readConfig = (variables: NodeJS.ProcessEnv = environment): Config => loadConfig(configSchema, variables);
