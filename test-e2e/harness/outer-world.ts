import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject } from '@pao/kernel';
import {
  type FakeGithub,
  type FakeJira,
  type FakeServiceNow,
  startFakeGithub,
  startFakeJira,
  startFakeServiceNow,
} from '@pao/testkit';
import { CREDENTIALS, type Platform, startPlatform } from './platform-target.ts';

/** A git server that is nothing but a folder. */
export interface Remote {
  readonly url: string;
  /** Subjects of the commits on `main`, newest first. */
  subjects(): readonly string[];
  read(path: string): string;
}

export interface OuterWorld {
  readonly platform: Platform;
  readonly cloud: FakeJira;
  readonly dataCenter: FakeJira;
  readonly github: FakeGithub;
  readonly serviceNow: FakeServiceNow;
  readonly remote: Remote;
  /** Pull requests can't be merged until `merge` is called with their title. */
  merge(title: string): void;
  /** What every service is told to reach all of it. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

const IDENTITY = ['-c', 'user.name=Someone', '-c', 'user.email=someone@example.test'];

const makeRemote = (folder: string): Remote => {
  mkdirSync(folder, { recursive: true });
  const [bare, tree] = [join(folder, 'remote.git'), join(folder, 'tree')];
  const git = (args: readonly string[], cwd: string): string =>
    execFileSync('git', args, { cwd, encoding: 'utf8' }).trim();
  git(['init', '--bare', '--quiet', '--initial-branch=main', bare], folder);
  git(['init', '--quiet', '--initial-branch=main', tree], folder);
  git([...IDENTITY, 'commit', '--quiet', '--allow-empty', '--message', 'first'], tree);
  git(['push', '--quiet', bare, 'main'], tree);
  return {
    url: `file://${bare}`,
    subjects: () => git(['log', '--format=%s', 'main'], bare).split('\n'),
    read: (path) => git(['show', `main:${path}`], bare),
  };
};

const WORKFLOW = `name: deploy
run-name: Deploy \${{ inputs.thing }} (\${{ inputs.pao_key }})
on:
  workflow_dispatch:
    inputs:
      thing: { type: string }
      pao_key: { type: string }
`;

/** A GitHub whose pull requests wait for a review. */
const makeGithub = async () => {
  const github = await startFakeGithub({ repository: 'octo/infra', token: CREDENTIALS.secret, basePath: '/api/v3' });
  github.repository.commit({ 'README.md': '# Infra\n', '.github/workflows/deploy.yml': WORKFLOW });
  const reviewed = new Set<string>();
  github.spoil('pulls/get', (reply) => {
    const { body } = reply;
    const isHeld =
      isJsonObject(body) &&
      body['merged'] !== true &&
      !(typeof body['title'] === 'string' && reviewed.has(body['title']));
    return isHeld ? { ...reply, body: { ...body, mergeable_state: 'blocked' } } : reply;
  });
  return { github, merge: (title: string) => void reviewed.add(title) };
};

/** Everything that the built-in action types reach, each with a ledger of its own. */
export const startOuterWorld = async (folder: string): Promise<OuterWorld> => {
  const [platform, cloud, dataCenter, { github, merge }, serviceNow] = await Promise.all([
    startPlatform(),
    startFakeJira(),
    startFakeJira(),
    makeGithub(),
    startFakeServiceNow(),
  ]);
  const remote = makeRemote(join(folder, 'git'));
  const ops = { url: dataCenter.url, flavor: 'data-center', apiToken: 'personal-access-token' };
  return {
    ...{ platform, cloud, dataCenter, github, serviceNow, remote, merge },
    environment: {
      PAO_EGRESS_ALLOW: [platform, cloud, dataCenter, github, serviceNow].map(({ host }) => host).join(','),
      PAO_SECRET_OAUTH: CREDENTIALS.secret,
      PAO_SECRET_AWS: CREDENTIALS.aws,
      PAO_SECRET_HOOK: `whsec_${randomBytes(24).toString('base64')}`,
      PAO_JIRA_URL: cloud.url,
      PAO_JIRA_EMAIL: 'pao@example.test',
      PAO_JIRA_API_TOKEN: 'api-token',
      PAO_JIRA_INSTANCES: JSON.stringify({ ops }),
      PAO_GITHUB_URL: github.url,
      PAO_GITHUB_TOKEN: CREDENTIALS.secret,
      PAO_GIT_ALLOW: `file://${join(folder, 'git')}`,
      PAO_SERVICENOW_INSTANCES: JSON.stringify({ main: { url: serviceNow.url, token: 'service-now-token' } }),
      PAO_TERRAFORM_DIR: join(folder, 'terraform/runs'),
      PAO_TERRAFORM_STATE_DIR: join(folder, 'terraform/states'),
      PAO_DATA_KEYS: `k1:${randomBytes(32).toString('base64')}`,
      PAO_ESCALATION_SWEEP_SECONDS: '1',
    },
    close: async () => {
      await Promise.all([platform, cloud, dataCenter, github, serviceNow].map((server) => server.close()));
    },
  };
};
