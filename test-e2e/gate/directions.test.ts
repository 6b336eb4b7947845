import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';

interface Rule {
  readonly name: string;
  readonly to: { readonly path?: string | readonly string[] };
}

// The configuration is plain JavaScript, so its type is said here.
const { default: config } = (await import(new URL('../../.dependency-cruiser.mjs', import.meta.url).href)) as {
  readonly default: { readonly forbidden: readonly Rule[] };
};

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Cruise {
  readonly summary: {
    readonly totalCruised: number;
    readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[];
  };
}

/** Cruises the folders below `cwd` with the project's rules. dependency-cruiser exits with the number of its findings. */
const cruise = async (cwd: string, folders: readonly string[]): Promise<Cruise['summary']> => {
  const args = ['--config', join(root, '.dependency-cruiser.mjs'), '--output-type', 'json', ...folders];
  const bin = join(root, 'node_modules/.bin/depcruise');
  const run = await promisify(execFile)(bin, args, { cwd, maxBuffer: 64 * 1024 * 1024 }).catch(
    (error: { stdout: string }) => error,
  );
  return (JSON.parse(run.stdout) as Cruise).summary;
};

const library = (name: string) => ({ [`node_modules/${name}/index.js`]: 'export const x = 1;' });

/** For each rule, files that break it (the first is the one to be named) and nothing else. */
const violations: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'no-cycles': {
    'packages/a/src/one.ts': `import { two } from './two.ts'; export const one = () => two;`,
    'packages/a/src/two.ts': `import { one } from './one.ts'; export const two = () => one;`,
  },
  'domain-is-pure': {
    'services/a/src/core/domain/order.ts': `import type { Store } from '../ports/store.ts'; export type Order = Store;`,
    'services/a/src/core/ports/store.ts': 'export type Store = string;',
  },
  'core-knows-no-adapter': {
    'services/a/src/core/use-cases/place.ts': `import { send } from '../../adapters/bus/send.ts'; export const place = send;`,
    'services/a/src/adapters/bus/send.ts': 'export const send = 1;',
  },
  'services-do-not-see-each-other': {
    'services/a/src/adapters/http/call.ts': `import type { B } from '../../../../b/src/index.ts'; export type A = B;`,
    'services/b/src/index.ts': 'export type B = string;',
  },
  'packages-do-not-see-services': {
    'packages/a/src/use.ts': `import { b } from '../../../services/b/src/index.ts'; export const a = b;`,
    'services/b/src/index.ts': 'export const b = 1;',
  },
  'pure-packages-stay-pure': {
    'packages/templates/src/read.ts': `import { readFileSync } from 'node:fs'; export const r = readFileSync;`,
  },
  'kernel-imports-nothing': {
    'packages/kernel/src/json.ts': `import { x } from '../../templates/src/index.ts'; export const y = x;`,
    'packages/templates/src/index.ts': 'export const x = 1;',
  },
  'one-entry-point': {
    'packages/a/src/use.ts': `import { inner } from '../../b/src/inner.ts'; export const a = inner;`,
    'packages/b/src/inner.ts': 'export const inner = 1;',
  },
  'tests-are-not-imported': {
    'packages/a/src/use.ts': `import { fixture } from './other.test.ts'; export const a = fixture;`,
    'packages/a/src/other.test.ts': 'export const fixture = 1;',
  },
  'product-code-needs-no-testkit': {
    'packages/a/src/use.ts': `import { fake } from '../../testkit/src/index.ts'; export const a = fake;`,
    'packages/testkit/src/index.ts': 'export const fake = 1;',
  },
  'zod-at-the-edges': {
    'services/a/src/core/domain/parse.ts': `import { x } from 'zod'; export const y = x;`,
    ...library('zod'),
  },
  resolvable: { 'packages/a/src/use.ts': `import { x } from './nowhere.ts'; export const y = x;` },
  'declared-dependencies': {
    'packages/a/src/use.ts': `import { x } from 'left-pad'; export const y = x;`,
    'packages/a/package.json': '{"name":"a","type":"module","dependencies":{}}',
    ...library('left-pad'),
  },
};

/** One library of each "named in one place" rule, imported where it does not belong. */
const misplaced: readonly string[] = [
  'tsyringe',
  'mustache',
  'yaml',
  'pg',
  '@aws-sdk/client-sqs',
  'jira.js',
  'koa',
  '@octokit/rest',
  'simple-git',
  '@cdktf/hcl2json',
  'pino',
];

const plantedFor = (rule: string): Readonly<Record<string, string>> | undefined => {
  const planted = violations[rule];
  if (planted !== undefined) return planted;
  const name = misplaced.find((candidate) => rule.startsWith('only-in-one-place-') && matchesRule(rule, candidate));
  if (name === undefined) return undefined;
  return { 'services/a/src/adapters/x/use.ts': `import { x } from '${name}'; export const y = x;`, ...library(name) };
};

const matchesRule = (rule: string, name: string): boolean => {
  const to = config.forbidden.find((candidate) => candidate.name === rule)?.to;
  return (
    to !== undefined &&
    'path' in to &&
    typeof to.path === 'string' &&
    new RegExp(to.path).test(`node_modules/${name}/index.js`)
  );
};

for (const { name } of config.forbidden) {
  test(`the gate notices a violation of ${name}`, async (t) => {
    const files = plantedFor(name);
    if (files === undefined) return t.fail(`no violation is planted for the rule ${name}`);
    const folder = await mkdtemp(join(tmpdir(), 'directions-'));
    t.teardown(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'package.json'), '{"name":"planted","type":"module"}');
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    await mkdir(join(folder, 'node_modules/@swc'), { recursive: true });
    await symlink(join(root, 'node_modules/@swc/core'), join(folder, 'node_modules/@swc/core'));
    const [first] = Object.keys(files);
    const folders = ['packages', 'services'].filter((top) => Object.keys(files).some((path) => path.startsWith(top)));
    const { violations: found } = await cruise(folder, folders);
    return t.true(
      found.some((violation) => violation.rule.name === name && violation.from === first),
      JSON.stringify(found),
    );
  });
}

test('the cruise of the project sees its modules and finds nothing', async (t) => {
  const { totalCruised, violations: found } = await cruise(root, ['packages', 'services', 'contracts', 'test-e2e']);
  t.true(totalCruised > 150, `only ${totalCruised} modules were cruised`);
  t.deepEqual(found, []);
});
