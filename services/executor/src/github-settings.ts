import { booleanSetting, jsonSetting, listSetting, urlSetting } from '@pao/runtime';
import { z } from 'zod';
import {
  apiUrlOf,
  DEFAULT_GITHUB,
  type GithubApp,
  type GithubInstance,
  isEnterpriseServer,
} from './adapters/github/instance.ts';

const credentials = {
  token: z.string().min(1).optional(),
  appId: z.string().min(1).optional(),
  privateKey: z.string().min(1).optional(),
};

const instancesSchema = z.array(
  z.strictObject({ name: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/), url: urlSetting(), ...credentials }),
);

const gitCredentials = z.record(
  z.string().min(1),
  z.strictObject({ username: z.string().min(1).default('git'), secretRef: z.string().min(1) }),
);

/** What `git-commit` and `github-workflow` go by. */
export const githubSettings = {
  PAO_GITHUB_URL: urlSetting()
    .default('https://github.com')
    .meta({ description: 'GitHub, or an Enterprise Server: `https://github.example.com`' }),
  PAO_GITHUB_TOKEN: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Secret: token that commits and starts workflows' }),
  PAO_GITHUB_APP_ID: z.string().min(1).optional().meta({ description: 'A GitHub App in the place of a token' }),
  PAO_GITHUB_APP_PRIVATE_KEY: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Secret: its private key, PEM or base64 of it' }),
  PAO_GITHUB_INSTANCES: jsonSetting(instancesSchema).optional().meta({
    description:
      'Secret: more GitHubs, `[{"name","url","token"}]` or with `appId` and `privateKey`; documents write `name:owner/repository`',
  }),
  PAO_GITHUB_ALLOW: listSetting().meta({
    description:
      'Comma-separated `owner/name` or `owner/*` that documents may name; all that the credentials reach when empty',
  }),
  PAO_GITHUB_ALLOW_WORKFLOW_FILES: booleanSetting()
    .default(false)
    .meta({ description: 'Whether commits may write `.github/workflows`' }),
  PAO_GIT_ALLOW: listSetting().meta({
    description: 'Comma-separated hosts of other git servers that documents may name; `file:///folder` for trials',
  }),
  PAO_GIT_CREDENTIALS: jsonSetting(gitCredentials)
    .optional()
    .meta({ description: 'For these, by host: `{"git.example.com":{"username":"pao","secretRef":"env:GIT_TOKEN"}}`' }),
  PAO_GIT_AUTHOR: z
    .string()
    .regex(/^[^<>\n\0]{1,100} <[^<>@\s]{1,100}@[^<>@\s]{1,100}>$/, 'is not Name <e-mail>')
    .default('Platform Automation Orchestrator <pao@localhost>')
    .meta({ description: 'Author of commits: `Name <e-mail>`' }),
};

const settingsSchema = z.object(githubSettings);
type Settings = z.output<typeof settingsSchema>;

/** PEM as it is, with its line ends written as `\n`, or as base64. */
const pemOf = (text: string): string =>
  text.includes('-----') ? text.replaceAll('\\n', '\n') : Buffer.from(text, 'base64').toString('utf8');

const appOf = (id: string | undefined, privateKey: string | undefined): { readonly app?: GithubApp } =>
  id !== undefined && privateKey !== undefined ? { app: { id, privateKey: pemOf(privateKey) } } : {};

interface Written {
  readonly name: string;
  readonly url: string;
  readonly token?: string | undefined;
  readonly appId?: string | undefined;
  readonly privateKey?: string | undefined;
}

const instanceOf = ({ name, url, token, appId, privateKey }: Written): GithubInstance => ({
  name,
  webUrl: url,
  apiUrl: apiUrlOf(url),
  isEnterprise: isEnterpriseServer(url),
  ...(token !== undefined && { token }),
  ...appOf(appId, privateKey),
});

const authorOf = (text: string) => {
  const [, name = '', email = ''] = /^(.*) <(.*)>$/.exec(text) ?? [];
  return { name, email };
};

/** The settings as the action types take them. */
export const githubConfig = (settings: Settings) => ({
  github: {
    instances: [
      instanceOf({
        name: DEFAULT_GITHUB,
        url: settings.PAO_GITHUB_URL,
        token: settings.PAO_GITHUB_TOKEN,
        appId: settings.PAO_GITHUB_APP_ID,
        privateKey: settings.PAO_GITHUB_APP_PRIVATE_KEY,
      }),
      ...(settings.PAO_GITHUB_INSTANCES ?? []).map(instanceOf),
    ],
    allow: settings.PAO_GITHUB_ALLOW,
    allowWorkflowFiles: settings.PAO_GITHUB_ALLOW_WORKFLOW_FILES,
  },
  git: {
    allow: settings.PAO_GIT_ALLOW,
    credentials: Object.entries(settings.PAO_GIT_CREDENTIALS ?? {}),
    author: authorOf(settings.PAO_GIT_AUTHOR),
  },
});
