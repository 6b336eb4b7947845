import { join } from 'node:path';
import type { Config } from './config.ts';

/** The host that the built-in catalog's documents call. It exists on no network; the executor is told where it lives. */
const SANDBOX_HOST = 'platform.sandbox.test:80';

/** What the services must know to reach the sandbox, and nothing else on this machine. */
export const sandboxVariables = (
  config: Config,
  { sandboxUrl, webhookSecret }: { readonly sandboxUrl: string; readonly webhookSecret: string },
): Readonly<Record<string, string>> => {
  const { host } = new URL(sandboxUrl);
  return {
    PAO_EGRESS_ALLOW: [...config.egressAllow, host].join(','),
    PAO_EGRESS_MAP: [...config.egressMap, `${SANDBOX_HOST}=${host}`].join(','),
    ...(config.hasGithub ? {} : { PAO_GITHUB_URL: `${sandboxUrl}/github`, PAO_GITHUB_TOKEN: 'sandbox' }),
    ...(config.jiraUrl === undefined
      ? {
          PAO_JIRA_URL: sandboxUrl,
          PAO_JIRA_EMAIL: 'pao@example.test',
          PAO_JIRA_API_TOKEN: 'sandbox',
          PAO_JIRA_WEBHOOK_SECRET: webhookSecret,
        }
      : { PAO_JIRA_URL: config.jiraUrl }),
  };
};

/** What holds for the sandbox's Jira unless somebody says otherwise. */
export const sandboxDefaults = (config: Config): Readonly<Record<string, string>> =>
  config.jiraUrl === undefined
    ? {
        PAO_ESCALATION_JIRA_PROJECT: 'OPS',
        // Where the sandbox can't know the port it announces changes to, it is asked often.
        PAO_ESCALATION_SWEEP_SECONDS: config.port === 0 ? '2' : '300',
      }
    : {};

/** Where Terraform runs and keeps its states unless somebody says otherwise: with everything else that outlives a start. */
export const terraformDefaults = ({ dataDirectory }: Config): Readonly<Record<string, string>> => ({
  PAO_TERRAFORM_DIR: join(dataDirectory, 'terraform', 'runs'),
  PAO_TERRAFORM_STATE_DIR: join(dataDirectory, 'terraform', 'states'),
});
