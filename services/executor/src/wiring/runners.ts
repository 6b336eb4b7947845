import type { ActionRunner, ActionRunners } from '@pao/executor-sdk';
import type { SendHttp } from '@pao/outgoing';
import { createJiraTicketAction } from '../adapters/jira/action.ts';
import { createRestApiAction } from '../adapters/rest-api/action.ts';
import type { CachedSecrets } from '../adapters/secrets/cached.ts';
import type { Config } from '../config.ts';

interface RunnerParts {
  readonly config: Config;
  readonly send: SendHttp;
  readonly secrets: CachedSecrets;
  readonly now: () => Date;
}

/** The action types that this executor serves. */
export const createRunners = ({ config, send, secrets, now }: RunnerParts): ActionRunners => {
  const runners: readonly ActionRunner[] = [
    createRestApiAction({ send, secrets, now }),
    createJiraTicketAction({ send, instances: new Map(config.jira), now }),
  ];
  return new Map(runners.map((runner) => [runner.type, secrets.watching(runner)]));
};
