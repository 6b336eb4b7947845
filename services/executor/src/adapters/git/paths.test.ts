import { posix } from 'node:path';
import test from 'ava';
import { clashIn, pathProblem } from './paths.ts';
import { isBranchName } from './refs.ts';
import { parseRepository } from './repository-address.ts';

/** Ways to write what must not be written, each put at the start, in the middle and at the end of a path. */
const EVIL = [
  ...[
    '..',
    '.',
    '...git',
    '..\\',
    '\\',
    '.\\.git',
    '..\0',
    '\0',
    '\n',
    '\r',
    '\t',
    '\u007f',
    '\u0085',
    '\u202e',
    '\u200b',
    '\ufeff',
  ],
  ...[
    '.git',
    '.GIT',
    '.Git',
    '.gIt',
    '.git ',
    '.git.',
    '.git...',
    '.git . .',
    '.git::$INDEX_ALLOCATION',
    '.git:x',
    'git~1',
    'GIT~1',
    'git~2',
  ],
  ...[
    '.g\u200cit',
    '.\u200dgit',
    '.git\u200c',
    '\u2060.git',
    '.gi\u200et',
    '.git\u206a',
    '.gitmodules',
    '.GITMODULES',
    'gitmod~1',
    '.gitmodules ',
  ],
  ...['e\u0301', 'A\u030a', '\ud800', '\udc00x', '\ue000', '\u2028', '\u2029', 'x'.repeat(256), 'ü'.repeat(128), ''],
];
const AROUND = [
  (evil: string) => evil,
  (evil: string) => `${evil}/x`,
  (evil: string) => `a/${evil}`,
  (evil: string) => `a/${evil}/x`,
  (evil: string) => `a/b/c/${evil}/d/e.yaml`,
  (evil: string) => `.github/${evil}/workflows/x.yml`,
  (evil: string) => `topics/../${evil}`,
];
const ABSOLUTE = [
  '/',
  '/etc/passwd',
  '//host/share',
  'C:/x',
  'c:x',
  '\\\\host\\x',
  '~/../x',
  'x'.repeat(1_001),
  `${'a/'.repeat(600)}x`,
];
const WORKFLOWS = [
  ...[
    '.github/workflows/x.yml',
    '.GitHub/Workflows/x.yml',
    '.github./workflows/x',
    '.github/workflows /x',
    '.github/workflows:y/x.yml',
  ],
];

test('no path leads outside of the repository, into git’s own, or is another than it looks', (t) => {
  const paths = [...EVIL.flatMap((evil) => AROUND.map((around) => around(evil))), ...ABSOLUTE].filter(
    (path) => path !== '...git' && !/(?:^|\/)\.\.\.git(?:\/|$)/.test(path),
  );
  t.true(paths.length >= 300, String(paths.length));
  for (const path of paths) t.not(pathProblem(path, true), undefined, JSON.stringify(path));
});

test('what is let through stays inside, whatever it is joined to', (t) => {
  const fine = [
    'README',
    'a/b.yaml',
    '.gitignore',
    '.gitattributes',
    '.github/CODEOWNERS',
    'a b/ü.txt',
    'a/...',
    'x.git/y',
    'gitmodules',
    '日本/語',
  ];
  for (const path of fine) {
    t.is(pathProblem(path, false), undefined, path);
    t.true(posix.join('/repository', path).startsWith('/repository/'));
  }
});

test('workflows are written only where that is allowed', (t) => {
  for (const path of WORKFLOWS) t.regex(pathProblem(path, false) ?? '', /PAO_GITHUB_ALLOW_WORKFLOW_FILES/, path);
  t.is(pathProblem('.github/workflows/x.yml', true), undefined);
});

test('a path that is there twice, or is a file and a folder, is found', (t) => {
  t.is(clashIn(['a', 'b', 'a']), 'a');
  t.is(clashIn(['a/b/c', 'a/b']), 'a/b/c');
  t.is(clashIn(['a', 'a.b', 'ab/c']), undefined);
});

test('names of branches are those that git takes', (t) => {
  for (const name of ['main', 'topic/orders-dev', 'a.b', 'ü', 'release-1.0', 'a@b']) t.true(isBranchName(name), name);
  const wrong = [
    '',
    '@',
    'HEAD',
    '-x',
    '/x',
    'x/',
    'x.',
    'x.lock',
    'a/.b',
    'a/b.lock/c',
    'a..b',
    'a b',
    'a~b',
    'a^b',
    'a:b',
    'a?b',
    'a*b',
  ];
  for (const name of [...wrong, 'a[b', 'a\\b', 'a@{b', 'a//b', 'a\nb', 'a\u202eb', 'refs/heads/x', 'x'.repeat(251)]) {
    t.false(isBranchName(name), JSON.stringify(name));
  }
});

test('an address is understood, or it is none', (t) => {
  t.like(parseRepository('octo/infra'), { kind: 'github', owner: 'octo', repo: 'infra' });
  t.like(parseRepository('internal:octo/infra'), { kind: 'github', instance: 'internal' });
  t.like(parseRepository('https://git.example.com/a/b.git'), {
    kind: 'remote',
    protocol: 'https',
    host: 'git.example.com',
    port: 443,
  });
  t.like(parseRepository('git@git.example.com:a/b.git'), { protocol: 'ssh', host: 'git.example.com', path: 'a/b' });
  t.like(parseRepository('ssh://git@git.example.com:2222/a/b'), { protocol: 'ssh', port: 2222 });
  for (const text of [
    ...[
      '',
      'octo',
      '../x',
      'octo/..',
      'a/b/c',
      'ext::sh -c x',
      'https://u:p@h/x',
      'https://u@h/x',
      'https://h/',
      'ftp://h/x',
    ],
    ...[
      '-x/y',
      '--upload-pack=x',
      'ssh://-oProxyCommand=x/y',
      'git@-oProxyCommand=x:y',
      'https://h/x?a',
      'https://h/x#a',
      'https://h/a b',
    ],
    ...['https://h/a\nb', 'data:x', 'javascript:x'],
  ]) {
    t.is(parseRepository(text), undefined, JSON.stringify(text));
  }
});
