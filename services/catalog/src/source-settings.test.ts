import { ConfigError } from '@pao/runtime';
import test from 'ava';
import { readConfig } from './config.ts';

const BASE = { DATABASE_URL: 'postgres://x/y', PAO_IDENTITY_PUBLIC_KEYS: '{"keys":[{"kty":"OKP"}]}' };

const read = (variables: Readonly<Record<string, string>>) => readConfig({ ...BASE, ...variables });

const problems = (variables: Readonly<Record<string, string>>): readonly string[] => {
  try {
    read(variables);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ variable, issue }) => `${variable}: ${issue}`);
  }
};

test('a place is a folder, a git address or a repository on GitHub', (t) => {
  const kinds: Readonly<Record<string, string>> = {
    '/srv/catalog': 'folder',
    './catalog': 'folder',
    'catalog.git': 'folder',
    'C:\\catalog': 'folder',
    'https://git.example.com/team/catalog.git': 'git',
    'https://user@git.example.com/team/catalog': 'git',
    'ssh://git@git.example.com:2222/team/catalog.git': 'git',
    'git@github.com:octo/catalog.git': 'git',
    'file:///srv/git/catalog.git': 'git',
    'github:octo/catalog': 'github',
    'github:octo-1/my.catalog_2': 'github',
  };
  for (const [place, kind] of Object.entries(kinds))
    t.is<string, string>(read({ PAO_CATALOG: place }).source.kind, kind, place);
  t.is(read({}).source.kind, 'folder');
});

test('branch, token, folder and server go to the source', (t) => {
  const shared = {
    PAO_CATALOG_BRANCH: 'release/1',
    PAO_CATALOG_TOKEN: 'secret',
    PAO_CATALOG_PATH: './platform/catalog/',
  };
  const github = read({ ...shared, PAO_CATALOG: 'github:o/r', PAO_GITHUB_API_URL: 'https://ghe.example.com/api/v3/' });
  t.deepEqual(github.source, {
    kind: 'github',
    owner: 'o',
    repository: 'r',
    apiUrl: 'https://ghe.example.com/api/v3',
    branch: 'release/1',
    token: 'secret',
    root: 'platform/catalog',
  });
  t.deepEqual(github.place, { branch: 'release/1', folder: 'platform/catalog' });
  t.is(github.resyncMinutes, 5);
  const url = 'https://git.example.com/r.git';
  t.deepEqual(read({ ...shared, PAO_CATALOG: url, PAO_CATALOG_CACHE: '/var/cache/pao' }).source, {
    kind: 'git',
    url,
    cacheDirectory: '/var/cache/pao',
    branch: 'release/1',
    token: 'secret',
    root: 'platform/catalog',
  });
  t.is(read({ PAO_CATALOG: '/srv' }).resyncMinutes, undefined);
});

test('a place of another kind is refused with its reason', (t) => {
  const wrong: readonly (readonly [place: string, issue: RegExp])[] = [
    ['http://git.example.com/r.git', /kind that is not read/],
    ['git://git.example.com/r.git', /kind that is not read/],
    ['ext::sh -c id', /kind that is not read/],
    ['github:octo', /kind that is not read/],
    ['github:octo/a/b', /kind that is not read/],
    ['https://user:pass@git.example.com/r.git', /holds a password/],
    ['https://git.example.com/', /names no repository/],
    ['https://git.example.com/r.git?x=1', /query/],
    ['https://', /not an address/],
    ['ssh://-oProxyCommand=id/r', /names no host|not an address|host/],
  ];
  for (const [place, issue] of wrong) {
    const found = problems({ PAO_CATALOG: place });
    t.is(found.length, 1, place);
    t.regex(found[0] ?? '', issue, place);
    t.true(found[0]?.startsWith('PAO_CATALOG: '), place);
  }
});

test('what does not fit the place is refused by its own name', (t) => {
  const given = { PAO_CATALOG_BRANCH: 'main', PAO_CATALOG_TOKEN: 'canary-secret', PAO_CATALOG_PATH: 'a' };
  const variables = (found: readonly string[]) => found.map((line) => line.split(':')[0]);
  t.deepEqual(variables(problems({ ...given, PAO_CATALOG: '/srv' })), Object.keys(given));
  t.deepEqual(variables(problems({ ...given, PAO_CATALOG: 'git@host:path' })), ['PAO_CATALOG_TOKEN']);
  t.deepEqual(problems({ ...given, PAO_CATALOG: 'github:o/r' }), []);
});

test('wrong values are refused, and no error shows a token', (t) => {
  const at = { PAO_CATALOG: 'github:o/r' };
  for (const path of ['../x', '/etc', 'a//b', 'a/../b', 'a\\b', '.']) {
    t.is(problems({ ...at, PAO_CATALOG_PATH: path }).length, 1, path);
  }
  for (const branch of ['-x', 'a..b', 'a b', 'a:b', 'x.lock', '/a', 'a/']) {
    t.is(problems({ ...at, PAO_CATALOG_BRANCH: branch }).length, 1, branch);
  }
  for (const url of ['http://ghe.example.com', 'ghe.example.com', 'https://x.test/?a']) {
    t.true(problems({ ...at, PAO_GITHUB_API_URL: url })[0]?.startsWith('PAO_GITHUB_API_URL: '), url);
  }
  const token = problems({ ...at, PAO_CATALOG_TOKEN: 'canary secret' });
  t.is(token.length, 1);
  t.false(token.join().includes('canary'));
});
