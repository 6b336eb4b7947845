import type { ActionRunner, ActionRunners } from '@pao/executor-sdk';
import type { SendHttp } from '@pao/outgoing';
import { createJiraTicketAction } from '../adapters/jira/action.ts';
import { createRestApiAction } from '../adapters/rest-api/action.ts';
import type { CachedSecrets } from '../adapters/secrets/cached.ts';
import { createServiceNowAction } from '../adapters/servicenow/action.ts';
import { createTerraformAction } from '../adapters/terraform/action.ts';
import type { Terraform } from '../adapters/terraform/cli.ts';
import { createWebhookAction } from '../adapters/webhook/action.ts';
import type { Config } from '../config.ts';
import { githubActions } from './github.ts';

interface RunnerParts {
  readonly config: Config;
  readonly send: SendHttp;
  readonly secrets: CachedSecrets;
  readonly terraform: Terraform;
  readonly now: () => Date;
}

/** The action types that this executor serves. */
export const createRunners = ({ config, send, secrets, terraform, now }: RunnerParts): ActionRunners => {
  const runners: readonly ActionRunner[] = [
    createRestApiAction({ send, secrets, now }),
    createJiraTicketAction({ send, instances: new Map(config.jira), now }),
    createWebhookAction({ send, secrets, now }),
    createServiceNowAction({ send, instances: new Map(Object.entries(config.serviceNow)), now }),
    ...githubActions({ config, send, secrets, now }),
  ];
  const commit = runners.find(({ type }) => type === 'git-commit');
  const all = [...runners, createTerraformAction({ terraform, secrets, commit })];
  return new Map(all.map((runner) => [runner.type, secrets.watching(runner)]));
};
