import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newId } from '@pao/executor-sdk/testing';
import { parseTemplate, renderTemplate } from '@pao/templates';
import { queryDatabase, testDatabase } from '@pao/testkit';
import anyTest, { type ExecutionContext } from 'ava';
import { identify } from '../src/adapters/terraform/processes.ts';
import { actionOf, type Bench, bench, carriedOut, hasTerraform, planned, succeeded } from './support/terraform.ts';

const test = hasTerraform ? anyTest : anyTest.skip;

/** A database as Terraform's driver takes it: without TLS, and with a password that is hashed as often as the driver wants. */
const databaseForTerraform = async (t: ExecutionContext): Promise<string> => {
  const database = new URL(await testDatabase());
  const admin = { url: database.href, schema: 'public' };
  const role = `tf_${newId().replaceAll('-', '')}`;
  await queryDatabase(admin, 'SET scram_iterations = 4096', `CREATE ROLE ${role} SUPERUSER LOGIN PASSWORD 'tf'`);
  t.teardown(async () => {
    await queryDatabase(admin, `DROP OWNED BY ${role} CASCADE`, `DROP ROLE ${role}`);
  });
  database.searchParams.set('sslmode', 'disable');
  [database.username, database.password] = [role, 'tf'];
  return database.href;
};

const one = (contentTemplate: string, more = {}) => ({ files: [{ path: 'main.tf', contentTemplate }], ...more });
const OUTPUT = 'output "x" { value = "y" }\n';

const issueOf = async (
  on: Bench,
  config: Parameters<typeof actionOf>[0],
  secrets: readonly string[] = [],
): Promise<string> => {
  const prepared = await on.runner.prepare(actionOf(config), secrets);
  return prepared.ok ? 'nothing' : `${prepared.error.code} ${prepared.error.message}`;
};

test('values in files are escaped so that Terraform reads them as they are', async (t) => {
  const on = await bench(t);
  await writeFile(join(on.folder, 'planted'), 'canary-of-the-disk');
  const value = `a" \${file("${on.folder}/planted")} %{ if true }b%{ endif } $\${c} \\ \n"`;
  const text =
    'output "quoted" { value = "<{{.current.name}}>" }\noutput "whole" { value = {{.current.name}} }\noutput "long" {\n  value = <<EOT\n{{.current.name}}\nEOT\n}\n';
  const parsed = parseTemplate(text);
  if (!parsed.ok) throw new Error('the template does not parse');
  const scope = { current: { name: value }, output: {}, metadata: {}, system: {} };
  const rendered = renderTemplate(parsed.value, 'hcl', scope);
  if (!rendered.ok) throw new Error(JSON.stringify(rendered.error));
  const { result } = succeeded(t, await carriedOut(on, actionOf(one(rendered.value.text))));
  t.like(result, { quoted: `<${value}>`, whole: value, long: `${value}\n` });
});

test('a state in PostgreSQL is made, locked and found again there', async (t) => {
  const on = await bench(t, { stateDirectory: undefined, pgConnection: await databaseForTerraform(t) });
  const config = one('resource "terraform_data" "a" {}\noutput "id" { value = terraform_data.a.id }\n', {
    backend: { type: 'pg', schemaName: 'tf' },
  });
  const first = succeeded(t, await carriedOut(on, actionOf(config)));
  const again = succeeded(t, await planned(on, actionOf(config)));
  t.is(again.next, undefined);
  t.is(again.result['id'], first.result['id']);
});

test('a backend that can not be reached is told of without the password it was tried with', async (t) => {
  const on = await bench(t, { pgConnection: 'postgres://tf:canary-password@127.0.0.1:1/none?sslmode=disable' });
  const verdict = await planned(on, actionOf(one(OUTPUT, { backend: { type: 'pg' } })));
  t.like(verdict, { kind: 'not-executed', failure: { code: 'TERRAFORM_INIT_FAILED' } });
  t.false(JSON.stringify([verdict, on.log]).includes('canary'));
});

test('programs on the machine of the executor are refused before anything runs, unless they are allowed', async (t) => {
  const on = await bench(t, { forbidLocalExec: true });
  const content = `module "m" { source = "./m" }\n`;
  const inner = `resource "terraform_data" "a" {\n  provisioner "local-exec" { command = "touch ${on.folder}/ran" }\n}\n`;
  const files = [
    { path: 'main.tf', contentTemplate: content },
    { path: 'm/main.tf', contentTemplate: inner },
  ];
  const verdict = await planned(on, actionOf({ files }));
  t.like(verdict, { kind: 'definite-failure', failure: { code: 'TERRAFORM_PROGRAM_FORBIDDEN' } });
  t.regex(JSON.stringify(verdict), /module\.m\.terraform_data\.a/);
  const allowed = await bench(t, { forbidLocalExec: false });
  succeeded(t, await carriedOut(allowed, actionOf({ files })));
  t.true((await readdir(on.folder)).includes('ran'));
});

test('Terraform sees the environment that it is given, and nothing of the executor’s own', async (t) => {
  const on = await bench(t, { env: { AWS_REGION: 'eu-central-1' } });
  const command = 'env > "$WHERE"';
  const config = one(
    `resource "terraform_data" "a" {\n  provisioner "local-exec" { command = ${JSON.stringify(command)} }\n}\n`,
    {
      env: { WHERE: join(on.folder, 'seen'), DB_TOKEN: { secretRef: 'env:DB_PASSWORD' } },
    },
  );
  process.env['CANARY_OF_THE_EXECUTOR'] = 'canary';
  t.teardown(() => delete process.env['CANARY_OF_THE_EXECUTOR']);
  succeeded(t, await carriedOut(on, actionOf(config)));
  const seen = await readFile(join(on.folder, 'seen'), 'utf8');
  t.regex(seen, /^AWS_REGION=eu-central-1$/m);
  t.regex(seen, /^DB_TOKEN=hunter2-in-the-vault$/m);
  t.false(seen.includes('CANARY'));
});

test('what makes no sense is refused before anything is run', async (t) => {
  const on = await bench(t, { stateDirectory: undefined });
  const wrong: readonly (readonly [Parameters<typeof actionOf>[0], RegExp])[] = [
    [{}, /either `module` or `files`/],
    [one(OUTPUT), /PAO_TERRAFORM_STATE_DIR/],
    [one(OUTPUT, { backend: { type: 's3', bucket: 'b' } }), /backend\.bucket/],
    [one(OUTPUT, { backend: { type: 's3', bucket: 'states', region: 'x', accessKey: 'no' } }), /accessKey/],
    [one(OUTPUT, { backend: { type: 'http', address: 'https://example.test' } }), /backend\.type/],
    [one(OUTPUT, { workspace: '../other' }), /workspace/],
    [one(OUTPUT, { workspace: 'default' }), /workspace/],
    [one(OUTPUT, { env: { LD_PRELOAD: 'x' } }), /env\.LD_PRELOAD/],
    [one(OUTPUT, { env: { TF_CLI_ARGS: '-x' } }), /env\.TF_CLI_ARGS/],
    [one(OUTPUT, { variables: { 'a b': 1 } }), /variables\.a b/],
    [one(OUTPUT, { mode: 'generate' }), /repository/],
    [{ module: { source: 'a', version: '1' }, variables: { source: 'b' } }, /variables\.source/],
    [{ module: { source: '${file("/etc/passwd")}' } }, /module\.source/],
    [
      {
        files: [
          { path: 'a.tf', contentTemplate: '' },
          { path: 'A.tf', contentTemplate: '' },
        ],
      },
      /twice/,
    ],
  ];
  for (const [config, expected] of wrong) t.regex(await issueOf(on, config), expected, JSON.stringify(config));
  const idempotent = await on.runner.prepare(actionOf(one(OUTPUT), { idempotent: true }), []);
  t.like(idempotent, { ok: false, error: { code: 'CONFIG_INVALID' } });
});

test('a module on the executor’s disk is none that documents can name', async (t) => {
  const on = await bench(t);
  for (const source of ['/etc', './../../etc', 'file:///etc', 'git::file:///etc']) {
    const verdict = await planned(on, actionOf({ module: { source } }));
    t.like(verdict, { kind: 'definite-failure', failure: { code: 'CONFIG_INVALID' } }, source);
  }
});

const committedBy = async (t: ExecutionContext, on: Bench, config: Parameters<typeof actionOf>[0]) =>
  succeeded(t, await planned(on, actionOf(config))).result;

anyTest(
  'what is generated is committed: files as they are, the call of a module, values apart from both',
  async (t) => {
    const on = await bench(t, { binary: '/nonexistent/terraform' });
    const variables = { name: '${file("/etc/passwd")}', sizes: [1, 2] };
    const repository = 'example/infrastructure';
    const made = await committedBy(t, on, {
      repository,
      directory: 'dbs/orders',
      module: { source: 'example/db/aws', version: '~> 2.0' },
      variables,
    });
    t.like(made, { repository, branch: 'main', commitMessage: 'Terraform: dbs/orders' });
    const files = made['files'] as readonly { readonly path: string; readonly contentTemplate: string }[];
    t.deepEqual(
      files.map(({ path }) => path),
      ['dbs/orders/main.tf.json', 'dbs/orders/pao.auto.tfvars.json'],
    );
    t.like(JSON.parse(files[0]?.contentTemplate ?? ''), {
      module: { main: { source: 'example/db/aws', name: '${var.name}' } },
    });
    t.deepEqual(JSON.parse(files[1]?.contentTemplate ?? ''), variables);
    t.false(files[0]?.contentTemplate.includes('passwd'));
    const own = await committedBy(t, on, { ...one(OUTPUT), mode: 'generate', repository, branch: 'next' });
    t.like(own, { branch: 'next', files: [{ path: 'main.tf', contentTemplate: OUTPUT }] });
    t.regex(await issueOf(on, { ...one(OUTPUT), repository }, ['a password']), /^SECRET_EXPOSED/);
    t.regex(await issueOf(on, { repository, module: { source: 'x' } }), /directory/);
    t.regex(await issueOf(on, one(OUTPUT)), /^TERRAFORM_MISSING/);
  },
);

anyTest('an executor without Terraform announces that it can only generate', async (t) => {
  const without = (await bench(t, { binary: '/nonexistent/terraform' })).runner.about;
  t.like(without?.configSchema, { required: ['repository'], properties: { mode: { const: 'generate' } } });
});

anyTest('a state that Terraform could store nowhere is kept when its folder is cleared up', async (t) => {
  const on = await bench(t);
  const left = join(on.options.directory, 'pao-of-a-dead-one.x');
  await mkdir(join(left, 'work'), { recursive: true });
  const gone = { ...(await identify(process.pid)), since: '1' };
  await writeFile(join(left, 'owner.json'), JSON.stringify(gone));
  await writeFile(join(left, 'work', 'errored.tfstate'), '{"serial":7}');
  const { removed, rescued } = await on.terraform.sweep();
  t.is(removed, 1);
  t.is(await readFile(rescued[0] ?? '', 'utf8'), '{"serial":7}');
  t.deepEqual(await on.terraform.sweep(), { removed: 0, left: 0, rescued: [] });
});
