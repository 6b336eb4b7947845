import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../../', import.meta.url));
const create = join(root, 'packages/create-pao-executor/bin/create-pao-executor.mjs');
const path = [join(root, 'node_modules/.bin'), dirname(process.execPath), process.env['PATH'] ?? ''].join(':');

const folder = await mkdtemp(join(tmpdir(), 'pao-create-'));
test.after.always(() => rm(folder, { recursive: true, force: true }));

const node = (args: readonly string[], cwd: string) =>
  run(process.execPath, args, {
    cwd,
    env: { PATH: path, HOME: folder, PACT_DO_NOT_TRACK: 'true' },
    maxBuffer: 64_000_000,
  });

/** Links every library of this repository, but none of its packages. */
const linkLibraries = async (modules: string): Promise<void> => {
  const from = join(root, 'node_modules');
  for (const name of await readdir(from)) {
    if (name === '@pao' || name.startsWith('.')) continue;
    await symlink(join(from, name), join(modules, name));
  }
};

test.serial(
  'a project that is made, with the packed SDK, has right types, and its tests and its contract test pass',
  async (t) => {
    const { stdout } = await node([join(root, 'packages/executor-sdk/pack/pack.mjs'), join(folder, 'packed')], root);
    const project = join(folder, 'payments-executor');
    await node([create, project, '--pool', 'payments'], folder);
    t.regex(await readFile(join(project, 'src/main.ts'), 'utf8'), /pool: 'payments'/);
    t.regex(await readFile(join(project, 'package.json'), 'utf8'), /"name": "payments-executor"/);
    t.true((await readdir(join(project, '.github/workflows'))).includes('test.yml'));

    const modules = join(project, 'node_modules');
    await mkdir(join(modules, '@pao/executor-sdk'), { recursive: true });
    await run('tar', ['xzf', stdout.trim(), '--strip-components=1', '-C', join(modules, '@pao/executor-sdk')]);
    await linkLibraries(modules);
    await node([join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.json'], project);
    const tests = await node(
      ['--test', '--test-reporter=tap', 'test/dns-record.test.ts', 'test/contract.test.ts'],
      project,
    );
    t.regex(tests.stdout, /# pass 5/);
    t.regex(tests.stdout, /# fail 0/);
  },
);

test.serial('a folder that is not empty, and a name that no queue can have, are refused', async (t) => {
  const full = join(folder, 'full');
  await mkdir(join(full, 'something'), { recursive: true });
  const stderr = async (...args: readonly string[]) =>
    (await t.throwsAsync<Error & { stderr: string }>(node([create, ...args], folder))).stderr;
  t.regex(await stderr(full), /is not empty/);
  t.regex(await stderr(join(folder, 'new'), '--pool', 'Not_Kebab'), /not in kebab-case/);
  t.regex(await stderr(), /npm create pao-executor/);
});
