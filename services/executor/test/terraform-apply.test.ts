import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newId } from '@pao/executor-sdk/testing';
import anyTest from 'ava';
import {
  actionOf,
  applyOf,
  bench,
  carriedOut,
  contextOf,
  hasTerraform,
  planned,
  succeeded,
} from './support/terraform.ts';

const test = hasTerraform ? anyTest : anyTest.skip;

const THING = `
variable "name" { type = string }
resource "terraform_data" "thing" { input = var.name }
output "id" { value = terraform_data.thing.id }
output "name" { value = terraform_data.thing.output }
`;

const thing = (variables = { name: 'orders' }, more = {}) => ({
  files: [{ path: 'main.tf', contentTemplate: THING }],
  variables,
  ...more,
});

test('a plan is made and applied, its outputs are given, and the folder of the run is gone', async (t) => {
  const on = await bench(t);
  const verdict = succeeded(t, await carriedOut(on, actionOf(thing())));
  t.like(verdict.result, { name: 'orders', plan: { add: 1, change: 0, destroy: 0 } });
  t.regex(JSON.stringify(verdict.result['id']), /^"[0-9a-f-]{36}"$/);
  t.like(verdict.evidence, { done: ['terraform_data.thing'], state: { before: { serial: 0 } } });
  t.deepEqual(await readdir(on.options.directory), []);
  t.true(on.log.some((line) => line.startsWith('info terraform_data.thing: Creation complete')));
});

test('a plan that changes nothing is a success without an apply', async (t) => {
  const on = await bench(t);
  const first = succeeded(t, await carriedOut(on, actionOf(thing())));
  const again = succeeded(t, await planned(on, actionOf(thing())));
  t.is(again.next, undefined);
  t.is(again.result['id'], first.result['id']);
  t.like(again.result, { plan: { add: 0, change: 0, destroy: 0 } });
});

test('a plan is kept for the step that follows at once, and a lost one is made again', async (t) => {
  const on = await bench(t);
  const action = actionOf(thing());
  const verdict = succeeded(t, await planned(on, action));
  if (verdict.next?.kind !== 'step') throw new Error('no step');
  t.is((await readdir(on.options.directory)).length, 1);
  const elsewhere = await bench(t, { stateDirectory: on.options.stateDirectory });
  const effect = await applyOf(elsewhere, action, verdict.next);
  const applied = succeeded(t, await effect.run(contextOf({ ...elsewhere, name: on.name }, 'apply')));
  t.is(applied.result['name'], 'orders');
});

test('a module is called with values, and what it offers is given, but for what is sensitive', async (t) => {
  const on = await bench(t);
  const module = join(on.options.modulesDirectory ?? '', 'thing');
  await mkdir(module, { recursive: true });
  const content = `${THING}
variable "password" { type = string }
output "secret" {
  value = "is \${var.password}"
  sensitive = true
}
output "derived" { value = "also \${var.password}" }
`;
  await writeFile(join(module, 'main.tf'), content);
  const variables = { name: 'orders', password: { secretRef: 'env:DB_PASSWORD' } };
  const verdict = succeeded(t, await carriedOut(on, actionOf({ module: { source: './thing' }, variables })));
  t.deepEqual(Object.keys(verdict.result).toSorted(), ['id', 'name', 'plan']);
  t.deepEqual(verdict.evidence['maskedOutputs'], ['derived', 'secret']);
  t.false(JSON.stringify([verdict, on.log]).includes('hunter2'));
});

test('what users give is a value, and never an expression of Terraform', async (t) => {
  const on = await bench(t);
  await writeFile(join(on.folder, 'planted.txt'), 'canary-of-the-disk');
  const name = `\${file("${on.folder}/planted.txt")} %{ if true }yes%{ endif } "quoted" \\ \n`;
  const byFiles = succeeded(t, await carriedOut(on, actionOf(thing({ name }))));
  t.is(byFiles.result['name'], name);
  const module = join(on.options.modulesDirectory ?? '', 'thing');
  await mkdir(module, { recursive: true });
  await writeFile(join(module, 'main.tf'), THING);
  const byModule = succeeded(
    t,
    await carriedOut(on, actionOf({ module: { source: './thing' }, variables: { name }, workspace: 'other' })),
  );
  t.is(byModule.result['name'], name);
});

test('what is destroyed is what the state has, and only where the document says so', async (t) => {
  const on = await bench(t);
  succeeded(t, await carriedOut(on, actionOf(thing())));
  const refused = await on.destroyer.prepare(actionOf(thing()), []);
  t.like(refused, { ok: false, error: { code: 'CONFIG_INVALID' } });
  const action = actionOf(thing(undefined, { destroyOnRollback: true }));
  // An undo is a task of its own, and finds the state of the one it undoes.
  const undo = { ...on, name: `pao-${newId()}-g1` };
  const verdict = succeeded(t, await carriedOut(undo, action, { runner: on.destroyer }));
  t.like(verdict.result, { plan: { add: 0, change: 0, destroy: 1 } });
  const [state] = await readdir(on.options.stateDirectory ?? '');
  const text = await readFile(join(on.options.stateDirectory ?? '', state ?? '', 'terraform.tfstate'), 'utf8');
  t.deepEqual(JSON.parse(text).resources, []);
});

test('a check tells what would be done, makes nothing, and knows no drift where there is none', async (t) => {
  const on = await bench(t);
  const check = actionOf(thing(undefined, { mode: 'check' }));
  t.like(await planned(on, check), { kind: 'definite-failure', failure: { code: 'TERRAFORM_WORKSPACE_MISSING' } });
  succeeded(t, await carriedOut(on, actionOf(thing())));
  const same = succeeded(t, await planned(on, check));
  t.like(same.result, { drifted: false, name: 'orders', plan: { add: 0, change: 0, destroy: 0 } });
  const other = succeeded(t, await planned(on, actionOf(thing({ name: 'carts' }, { mode: 'check' }))));
  t.like(other.result, { drifted: false, plan: { add: 0, change: 1, destroy: 0 } });
  t.is(other.next, undefined);
});
