import type { ActionRunner, Effect, Verdict } from '@pao/executor-sdk';
import { createEnvironmentSecrets } from '@pao/executor-sdk';
import { commandOf } from '@pao/executor-sdk/testing';
import type { JsonObject } from '@pao/kernel';
import { createEgress } from '@pao/outgoing';
import { type FakeGithub, type FakeGithubOptions, startFakeGithub } from '@pao/testkit';
import type { ExecutionContext } from 'ava';
import { createGitCommitActions } from '../../src/adapters/git/action.ts';
import type { GithubInstance } from '../../src/adapters/github/instance.ts';
import { createGithub } from '../../src/adapters/github/instances.ts';
import { senderTo } from './effects.ts';

export const AUTHOR = { name: 'Orchestrator', email: 'pao@example.test' };
export const TOKEN = 'ghp_3f9a1c77canary';
const TASK = '0192f0c1-0000-7000-8000-0000000000a1';

/** The name of an effect of one task. */
export const attempt = (step: string, generation = 1): string => `pao-${TASK}-g${generation}-${step}`;

export const fakeGithub = async (t: ExecutionContext, options: FakeGithubOptions = {}): Promise<FakeGithub> => {
  const github = await startFakeGithub({ repository: 'octo/infra', token: TOKEN, ...options });
  t.teardown(async () => {
    await github.close();
    if (github.violations.length > 0) throw new Error(github.violations.join('\n'));
  });
  return github;
};

const portOf = ({ url }: FakeGithub): { readonly port: number } => ({ port: Number(new URL(url).port) });

export const sendTo = (t: ExecutionContext, github: FakeGithub) => senderTo(t, portOf(github));

interface CommitSetup {
  readonly allow?: readonly string[];
  readonly instance?: Partial<GithubInstance>;
  readonly remotes?: readonly string[];
  readonly allowWorkflowFiles?: boolean;
  /** False: without one. */
  readonly token?: boolean;
}

export const githubsOf = (
  t: ExecutionContext,
  fake: FakeGithub,
  { instance: more = {}, allow = [], token = true }: CommitSetup = {},
) => {
  const { url, apiUrl } = fake;
  const instance = {
    name: 'default',
    webUrl: url,
    apiUrl,
    isEnterprise: apiUrl !== url,
    ...(token && { token: TOKEN }),
    ...more,
  };
  return createGithub({ instances: [instance], allow, send: sendTo(t, fake), now: () => new Date() });
};

export const commitAction = (t: ExecutionContext, fake: FakeGithub, setup: CommitSetup = {}): ActionRunner => {
  const [action] = createGitCommitActions({
    github: githubsOf(t, fake, setup),
    remotes: {
      allow: setup.remotes ?? [],
      credentials: new Map(),
      egress: createEgress({ allow: new Set(), map: new Map() }),
      secrets: createEnvironmentSecrets(new Map()),
    },
    author: AUTHOR,
    allowWorkflowFiles: setup.allowWorkflowFiles ?? false,
    environment: process.env,
    now: () => new Date(),
  });
  if (!action) throw new Error('no action');
  return action;
};

export const commitConfig = (more: JsonObject = {}): JsonObject => ({
  repository: 'octo/infra',
  branch: 'main',
  commitMessage: 'Add topic orders',
  files: [{ path: 'topics/orders.yaml', operation: 'create', contentTemplate: 'name: orders\n' }],
  ...more,
});

const opened = async (runner: ActionRunner, config: JsonObject, verdict?: Verdict): Promise<Effect> => {
  const { action } = commandOf({ action: { id: 'propose', config } });
  const next = verdict?.kind === 'ok' ? verdict.next : undefined;
  const effect = next?.kind === 'step' ? await runner.proceed?.(action, [], next) : await runner.prepare(action, []);
  if (!effect?.ok) throw new Error(effect ? `${effect.error.code}: ${effect.error.message}` : 'no later steps');
  return effect.value;
};

/** The step of an action that comes after what `verdict` says; its first one without. */
export const stepOf = (runner: ActionRunner, config: JsonObject, verdict?: Verdict): Promise<Effect> =>
  opened(runner, config, verdict);

/** Carries out an action's effects until it ends or waits, and answers what each came to. */
export const carriedOut = async (
  runner: ActionRunner,
  config: JsonObject,
  generation = 1,
): Promise<readonly Verdict[]> => {
  const verdicts: Verdict[] = [];
  for (let step = runner.step; ; ) {
    const last = verdicts.at(-1);
    const effect = await opened(runner, config, last);
    const verdict = await effect.run({ name: attempt(step, generation), remainingMs: 20_000 });
    verdicts.push(verdict);
    if (verdict.kind !== 'ok' || verdict.next?.kind !== 'step') return verdicts;
    ({ step } = verdict.next);
  }
};
