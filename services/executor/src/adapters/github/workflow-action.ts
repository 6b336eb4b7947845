import { type Action, type ActionRunner, configInvalid, type Failure, parseConfig } from '@pao/executor-sdk';
import { type Clock, err, ok, type Result } from '@pao/kernel';
import type { SendHttp } from '@pao/outgoing';
import { z } from 'zod';
import { parseRepository } from '../git/repository-address.ts';
import { dispatchEffect, type WorkflowOptions } from './dispatch.ts';
import type { Github } from './instances.ts';
import { githubWorkflowConfig } from './workflow-config.ts';
import { lookAtRun } from './workflow-look.ts';
import { readRunState } from './workflow-state.ts';

export interface GithubWorkflowDependencies {
  readonly github: Github;
  readonly send: SendHttp;
  readonly now: Clock;
}

/** `github-workflow`: a run of GitHub Actions, started and, where it is wanted, waited for without holding anything. */
export const createGithubWorkflowAction = ({ github, send, now }: GithubWorkflowDependencies): ActionRunner => {
  const open = (action: Action): Result<WorkflowOptions, Failure> => {
    const config = parseConfig(githubWorkflowConfig, action.config);
    if (!config.ok) return config;
    const address = parseRepository(config.value.repository);
    const onGithub = address && github.addressOf(address);
    if (!onGithub) return err(configInvalid('repository', 'is not on a GitHub that is known'));
    const repository = github.open(onGithub);
    return repository.ok ? ok({ config: config.value, repository: repository.value, now }) : repository;
  };
  return {
    type: 'github-workflow',
    about,
    step: 'dispatch',
    // GitHub shows the inputs of a run to whoever may see it.
    takesSecretIn: () => false,
    prepare: async (action) => {
      const options = open(action);
      return options.ok ? ok(dispatchEffect(options.value)) : options;
    },
    look: async (action, _secrets, point, context) => {
      const options = open(action);
      if (!options.ok) throw new Error(options.error.message);
      return lookAtRun({ ...options.value, send, state: readRunState(point.state) }, context);
    },
  };
};

const about: NonNullable<ActionRunner['about']> = {
  version: '1.0.0',
  summary: 'Starts a workflow of GitHub Actions, and waits for its end if wanted.',
  idempotency: 'probe',
  configSchema: z.toJSONSchema(githubWorkflowConfig, { io: 'input' }) as NonNullable<
    ActionRunner['about']
  >['configSchema'],
  outputs: ['runId', 'runUrl', 'conclusion', 'artifacts', 'outputs'],
  plan: 'Starts {{config.workflowFile}} of {{config.repository}} at {{config.ref}}',
};
