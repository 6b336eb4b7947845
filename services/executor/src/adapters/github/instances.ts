import type { Failure } from '@pao/executor-sdk';
import { type Clock, err, ok, type Result } from '@pao/kernel';
import type { SendHttp } from '@pao/outgoing';
import { parseRepository, type RepositoryAddress } from '../git/repository-address.ts';
import { createAuthorize } from './authorize.ts';
import { createGithubClient, type GithubClient } from './client.ts';
import { DEFAULT_GITHUB, type GithubInstance } from './instance.ts';

export interface GithubOptions {
  readonly instances: readonly GithubInstance[];
  /** `owner/name`, or the beginning of one and `*`; of any instance. Empty: whatever the credentials can reach. */
  readonly allow: readonly string[];
  readonly send: SendHttp;
  readonly now: Clock;
}

export interface OpenedRepository {
  /** `owner/name`. */
  readonly name: string;
  readonly apiUrl: string;
  open(timeoutMs: number): GithubClient;
}

type GithubAddress = Extract<RepositoryAddress, { kind: 'github' }>;

export interface Github {
  /** An address of one of the instances as `owner/name` of it; undefined for one that is of no GitHub. */
  addressOf(address: RepositoryAddress): GithubAddress | undefined;
  open(address: GithubAddress): Result<OpenedRepository, Failure>;
}

const matches = (pattern: string, name: string): boolean =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1).toLowerCase()) : name === pattern.toLowerCase();

const hostOf = ({ webUrl }: GithubInstance): string => new URL(webUrl).host;

/** The GitHubs that documents may name, with their credentials. */
export const createGithub = ({ instances, allow, send, now }: GithubOptions): Github => {
  const authorize = createAuthorize({ send, now });
  const isAllowed = (name: string): boolean =>
    allow.length === 0 || allow.some((pattern) => matches(pattern, name.toLowerCase()));

  const open: Github['open'] = ({ instance: wanted = DEFAULT_GITHUB, owner, repo }) => {
    const instance = instances.find(({ name }) => name === wanted);
    const name = `${owner}/${repo}`;
    if (!instance) {
      return err({
        code: 'GITHUB_NOT_CONFIGURED',
        message: `This executor knows no GitHub ${JSON.stringify(wanted)}.`,
      });
    }
    if (!isAllowed(name)) {
      const message = `${name} is not among the repositories that PAO_GITHUB_ALLOW lists.`;
      return err({ code: 'REPOSITORY_REFUSED', message });
    }
    const { apiUrl } = instance;
    const of = { instance, owner, repo, send, authorize, now };
    return ok({ name, apiUrl, open: (timeoutMs) => createGithubClient({ ...of, timeoutMs }) });
  };

  const addressOf: Github['addressOf'] = (address) => {
    if (address.kind === 'github') return address;
    const { protocol, port, host, path } = address;
    const authority = new URL(address.protocol === 'file' ? 'file:///' : `https://${host}`).host;
    const isWeb = protocol === 'https' || protocol === 'http';
    const instance = instances.find((one) => hostOf(one) === authority || hostOf(one) === `${authority}:${port}`);
    const inner = isWeb && instance ? parseRepository(path) : undefined;
    return inner?.kind === 'github' ? { ...inner, instance: instance?.name } : undefined;
  };

  return { addressOf, open };
};
