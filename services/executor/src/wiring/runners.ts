import type { ActionRunner, ActionRunners, SecretStore } from '@pao/executor-sdk';
import type { SendHttp } from '@pao/outgoing';
import { createJiraTicketAction } from '../adapters/jira/action.ts';
import { createRestApiAction } from '../adapters/rest-api/action.ts';
import { createEnvironmentSecrets } from '../adapters/secrets/environment.ts';
import type { Config } from '../config.ts';

interface RunnerParts {
  readonly config: Config;
  readonly send: SendHttp;
  readonly now: () => Date;
}

const createSecrets = ({ config }: RunnerParts): SecretStore => createEnvironmentSecrets(config.secrets);

/** The action types that this executor serves. */
export const createRunners = (parts: RunnerParts): ActionRunners => {
  const { config, send, now } = parts;
  const secrets = createSecrets(parts);
  const runners: readonly ActionRunner[] = [
    createRestApiAction({ send, secrets, now }),
    createJiraTicketAction({ send, instances: new Map(config.jira), now }),
  ];
  return new Map(runners.map((runner) => [runner.type, runner]));
};
