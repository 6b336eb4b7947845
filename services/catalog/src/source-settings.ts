import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { urlSetting } from '@pao/runtime';
import { z } from 'zod';

const GITHUB = /^github:([\w.-]+)\/([\w.-]+)$/;
const SSH_SHORT = /^\w[\w.-]*@\w[\w.-]*:(?!\/\/)[^\s:]+$/;
const BRANCH = /^(?![-/.])(?!.*(?:\.\.|@\{|\/\/|\/\.|\.lock(?:\/|$)))[^\0-\x20\x7f~^:?*[\\]{1,250}(?<![/.])$/;
const FOLDER = /^[^\0-\x1f\x7f\\]{1,500}$/;
/** Not an address of git's own kinds (`ext::…` runs a program), nor one that is read in the clear. */
const OTHER_KIND = /^(?:[a-z][a-z0-9+.-]*::|(?!https:|ssh:|file:)[a-z][a-z0-9+.-]+:\/\/|github:)/i;

const isLoopback = (url: string): boolean =>
  ['localhost', '127.0.0.1', '[::1]'].includes(URL.parse(url)?.hostname ?? '');

const inFolders = (path: string): string => path.replace(/^(?:\.\/)+/, '').replace(/\/+$/, '');

const isFolderPath = (path: string): boolean =>
  FOLDER.test(path) && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');

/** The variables that say where the catalog is read. */
export const sourceSettings = {
  PAO_CATALOG: z.string().optional().meta({
    description:
      'Folder of the catalog repository, its git address (`https`, `ssh`, `git@host:path`, `file`), or `github:owner/repository`; the starter catalog when absent',
  }),
  PAO_CATALOG_BRANCH: z.string().regex(BRANCH, 'is not the name of a branch').optional().meta({
    description: 'Branch of the repository; its default branch when absent',
  }),
  PAO_CATALOG_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{1,4000}$/, 'holds white space or other signs that no token has')
    .optional()
    .meta({
      description: 'Secret: reads the repository at an `https` or `github:` address, and writes commit statuses',
    }),
  PAO_CATALOG_PATH: z
    .string()
    .overwrite(inFolders)
    .refine(isFolderPath, 'is not the path of a folder inside the repository')
    .optional()
    .meta({ description: 'Folder of the repository that holds `catalog` and `bundles`; the top when absent' }),
  PAO_CATALOG_CACHE: z.string().optional().meta({
    description: "Folder for mirrors of git repositories; one in the system's temporary folder when absent",
  }),
  PAO_GITHUB_API_URL: urlSetting()
    .refine((url) => url.startsWith('https:') || isLoopback(url), 'is not an https address')
    .default('https://api.github.com')
    .meta({ description: "GitHub's API; of an Enterprise Server `https://host/api/v3`" }),
};

interface Settings {
  readonly PAO_CATALOG?: string | undefined;
  readonly PAO_CATALOG_BRANCH?: string | undefined;
  readonly PAO_CATALOG_TOKEN?: string | undefined;
  readonly PAO_CATALOG_PATH?: string | undefined;
  readonly PAO_CATALOG_CACHE?: string | undefined;
  readonly PAO_GITHUB_API_URL: string;
}

interface Repository {
  readonly branch?: string;
  readonly token?: string;
  /** Empty, or `a/folder`. */
  readonly root: string;
}

export type SourceConfig =
  | { readonly kind: 'folder'; readonly folder: string }
  | (Repository & { readonly kind: 'git'; readonly url: string; readonly cacheDirectory: string })
  | (Repository & {
      readonly kind: 'github';
      readonly owner: string;
      readonly repository: string;
      readonly apiUrl: string;
    });

type Issue = readonly [variable: keyof Settings, message: string];

const addressIssue = (address: string): string | undefined => {
  if (OTHER_KIND.test(address)) {
    return 'is of a kind that is not read; it is a folder, an https, ssh or file address, git@host:path or github:owner/repository';
  }
  const url = URL.parse(address);
  if (!url) return 'is not an address';
  if (url.password !== '') return 'holds a password; it belongs in PAO_CATALOG_TOKEN';
  if (url.search !== '' || url.hash !== '') return 'has a query or a fragment';
  if (/[\0-\x20\x7f]/.test(address)) return 'holds white space';
  if (url.protocol !== 'file:' && !/^[\w[]/.test(url.hostname)) return 'names no host';
  if (url.username.startsWith('-')) return 'names a user that no user is';
  return url.pathname.length > 1 ? undefined : 'names no repository';
};

const isAddress = (text: string): boolean => /^[a-z][a-z0-9+.-]+:\/\//i.test(text) || OTHER_KIND.test(text);

const FOR_REPOSITORIES = ['PAO_CATALOG_BRANCH', 'PAO_CATALOG_TOKEN', 'PAO_CATALOG_PATH', 'PAO_CATALOG_CACHE'] as const;

/** What the variables say together that each alone does not. */
export const sourceIssues = (settings: Settings): readonly Issue[] => {
  const { PAO_CATALOG: place = '', PAO_CATALOG_TOKEN: token } = settings;
  if (GITHUB.test(place)) return [];
  const isShort = SSH_SHORT.test(place);
  if (!isShort && !isAddress(place)) {
    return FOR_REPOSITORIES.filter((name) => settings[name] !== undefined).map((name) => [
      name,
      'is for repositories, and PAO_CATALOG is a folder',
    ]);
  }
  const issue = isShort ? undefined : addressIssue(place);
  if (issue !== undefined) return [['PAO_CATALOG', issue]];
  const isUseless = token !== undefined && !/^https:/i.test(place);
  return isUseless ? [['PAO_CATALOG_TOKEN', 'is for https and github: addresses; ssh has its own keys']] : [];
};

/** @param starter the folder of the starter catalog */
export const sourceConfig = (settings: Settings, starter: string): SourceConfig => {
  const { PAO_CATALOG: place, PAO_CATALOG_BRANCH: branch, PAO_CATALOG_TOKEN: token } = settings;
  if (place === undefined) return { kind: 'folder', folder: starter };
  const shared: Repository = {
    root: settings.PAO_CATALOG_PATH ?? '',
    ...(branch !== undefined && { branch }),
    ...(token !== undefined && { token }),
  };
  const [, owner, repository] = GITHUB.exec(place) ?? [];
  if (owner !== undefined && repository !== undefined) {
    return { kind: 'github', owner, repository, apiUrl: settings.PAO_GITHUB_API_URL, ...shared };
  }
  if (!SSH_SHORT.test(place) && !isAddress(place)) return { kind: 'folder', folder: place };
  const cacheDirectory = settings.PAO_CATALOG_CACHE ?? join(tmpdir(), `pao-catalog-git-${process.getuid?.() ?? 0}`);
  return { kind: 'git', url: place, cacheDirectory, ...shared };
};
