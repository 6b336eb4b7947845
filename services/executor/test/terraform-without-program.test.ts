import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { err } from '@pao/kernel';
import test from 'ava';
import { terraformConfig } from '../src/adapters/terraform/config.ts';
import { fileProblem } from '../src/adapters/terraform/file-names.ts';
import { digestOf, hasDrifted } from '../src/adapters/terraform/plan-reading.ts';
import { prepareConfig } from '../src/adapters/terraform/prepared.ts';
import { actionOf, type Bench, bench, planned } from './support/terraform.ts';

const files = [{ path: 'main.tf', contentTemplate: 'output "x" { value = "y" }\n' }];

test('a file of a document stays in its folder, and is none that Terraform or the executor write', (t) => {
  const fit = [
    'main.tf',
    'modules/a/main.tf',
    'values.auto.tfvars',
    'x.tfvars.json',
    'user-data.sh',
    '.terraform.lock.hcl',
  ];
  for (const path of fit) t.is(fileProblem(path), undefined, path);
  const parts = ['..', '.', '', '.terraform', '.git', ' a', 'a.', 'a\0', 'a\\b', 'C:', 'e\u0301'];
  const hostile = parts.flatMap((part) => [
    `${part}/main.tf`,
    `a/${part}/main.tf`,
    `${part}/../main.tf`,
    `a/b/${part}/c.tf`,
  ]);
  const names = [
    'terraform.tfstate',
    'TERRAFORM.TFSTATE',
    'terraform.tfstate.backup',
    'errored.tfstate',
    '.terraformrc',
    'terraform.rc',
  ];
  const ours = [
    'tfplan',
    'pao.auto.tfvars.json',
    'PAO_override.tf.json',
    'pao-x.tf',
    'x.exe',
    'x',
    '.tf',
    '/etc/main.tf',
    '~/main.tf/',
    'a//b.tf',
  ];
  const links = [
    'main.tf\n',
    'main.tf/',
    '.',
    '..',
    '',
    '../main.tf',
    '..\\main.tf',
    'a/../../main.tf',
    `${'a/'.repeat(20)}b.tf`,
    `${'a'.repeat(250)}.tf`,
  ];
  const others = [...names, ...ours, ...links];
  for (const path of [...hostile, ...others, ...others.map((name) => `./${name}`)]) t.truthy(fileProblem(path), path);
});

/** A program that answers as a Terraform of that version, and can do nothing else. */
const versionOnly = async (on: Bench, version: string): Promise<string> => {
  const path = join(on.folder, `terraform-${version}`);
  await writeFile(path, `#!/bin/sh\necho '{"terraform_version":"${version}"}'\n`, { mode: 0o700 });
  return path;
};

const s3 = { type: 's3', bucket: 'states', region: 'eu-central-1', key: 'dbs/orders.tfstate' } as const;

test('a version that can’t lock a state where it is, is not let at it', async (t) => {
  const on = await bench(t);
  const old = await bench(t, { binary: await versionOnly(on, '1.9.8') });
  const verdict = await planned(old, actionOf({ files, backend: s3 }));
  t.like(verdict, { kind: 'definite-failure', failure: { code: 'CONFIG_INVALID' } });
  t.regex(JSON.stringify(verdict), /dynamodbTable/);
  const older = await bench(t, { binary: await versionOnly(on, '1.4.7') });
  t.like(await older.runner.prepare(actionOf({ files }), []), { ok: false, error: { code: 'TERRAFORM_TOO_OLD' } });
});

test('a state in S3 is encrypted and locked, and its settings are arguments, which nothing evaluates', async (t) => {
  const on = await bench(t);
  const secrets = { resolve: async () => err({ code: 'NONE', message: 'none' }) };
  const argumentsOf = async (backend: object) => {
    const config = terraformConfig.parse({ files, backend });
    const prepared = await prepareConfig(config, { options: on.options, store: secrets, requestSecrets: [] });
    return prepared.ok ? prepared.value.backend.args.map((arg) => arg.replace('-backend-config=', '')) : [];
  };
  const settings = ['bucket=states', 'region=eu-central-1', 'key=dbs/orders.tfstate', 'encrypt=true'];
  t.deepEqual(await argumentsOf(s3), [...settings, 'use_lockfile=true']);
  t.deepEqual(await argumentsOf({ ...s3, dynamodbTable: 'locks' }), [...settings, 'dynamodb_table=locks']);
});

test('what is not as the state has it is drift, and what is only read again is none', (t) => {
  const drift = (...actions: readonly string[]) =>
    hasDrifted({ resource_drift: [{ address: 'a.b', change: { actions } }] });
  t.true(drift('update'));
  t.true(drift('delete'));
  t.false(drift('no-op'));
  t.false(hasDrifted({}));
});

test('equal plans have one digest, which knows no sensitive value', (t) => {
  const plan = (value: string, secret: string, command = 'true') => ({
    resource_changes: [
      {
        address: 'a.b',
        change: { actions: ['create'], after: { value, list: [secret] }, after_sensitive: { list: [true] } },
      },
    ],
    configuration: { root_module: { resources: [{ provisioners: [{ type: 'local-exec', expressions: command }] }] } },
  });
  t.is(digestOf(plan('a', 'one')), digestOf(plan('a', 'two')));
  t.not(digestOf(plan('a', 'one')), digestOf(plan('b', 'one')));
  t.not(digestOf(plan('a', 'one')), digestOf(plan('a', 'one', 'false')));
});

test('a folder for runs that others can read is not used', async (t) => {
  const on = await bench(t);
  await mkdir(on.options.directory);
  await chmod(on.options.directory, 0o777);
  const open = await bench(t, { ...on.options, binary: await versionOnly(on, '1.11.4') });
  const verdict = await planned(open, actionOf({ files }));
  t.like(verdict, { kind: 'definite-failure', failure: { code: 'TERRAFORM_INIT_FAILED' } });
  t.regex(JSON.stringify(verdict), /0700/);
});
