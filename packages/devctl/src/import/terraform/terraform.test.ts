import test from 'ava';
import type { Conversion } from '../draft.ts';
import { fixture, imported } from '../imported.fixture.ts';
import { rulesOf } from './conditions.ts';
import type { ModuleFile } from './hcl.ts';
import { convertTerraform } from './module.ts';
import { literalOf, parseType } from './types.ts';

const RDS: readonly ModuleFile[] = ['variables.tf', 'outputs.tf'].map((name) => ({
  name,
  text: fixture(`rds/${name}`),
}));
const SOURCE = { source: 'terraform-aws-modules/rds/aws', version: '6.1.0', name: 'rds' };

const convert = async (files: readonly ModuleFile[]): Promise<Conversion> => {
  const converted = await convertTerraform(files, SOURCE);
  if (!converted.ok) throw new Error(converted.error.message);
  return converted.value;
};

const messageOf = async (text: string, name = 'variables.tf'): Promise<string> => {
  const converted = await convertTerraform([{ name, text }], SOURCE);
  return converted.ok ? 'accepted' : converted.error.message;
};

test('the variables of a module become a form, with its rules, and an action that applies it', async (t) => {
  const { item } = imported(t, await convert(RDS));
  const [required, optional, maintenance] = item.input.form.groups ?? [];
  t.like(required?.fields[0], {
    id: 'identifier',
    required: true,
    validation: {
      pattern: '^[a-z][a-z0-9-]*$',
      maxLength: 63,
      message: 'Lower-case letters, digits and hyphens, at most 63.',
    },
  });
  t.like(required?.fields[1], { id: 'password', type: 'password' });
  const field = (id: string) => optional?.fields.find((one) => one.id === id);
  t.like(field('allocatedStorage'), { type: 'number', default: 20, validation: { min: 20, max: 16_384 } });
  t.like(field('storageType'), { type: 'select', enum: ['standard', 'gp2', 'gp3', 'io1'], default: 'gp3' });
  t.is(field('kmsKeyId')?.validation, undefined);
  t.like(field('vpcSecurityGroupIds'), { type: 'multiselect', default: [] });
  t.deepEqual(
    maintenance?.fields.map(({ id, type, required, default: value }) => [id, type, required, value]),
    [
      ['window', 'string', true, undefined],
      ['applyImmediately', 'boolean', undefined, false],
      ['retentionDays', 'number', undefined, 7],
    ],
  );
  const [action] = item.fulfillment.automatic?.actions ?? [];
  t.like(action?.config, {
    module: { source: 'terraform-aws-modules/rds/aws', version: '6.1.0' },
    variables: {
      identifier: '{{.current.required.identifier}}',
      password: '{{.current.required.password}}',
      snapshot_identifier: '{{.current.optional.snapshotIdentifier | default ""}}',
      maintenance: {
        window: '{{.current.maintenance.window}}',
        retention_days: '{{.current.maintenance.retentionDays}}',
      },
    },
  });
});

test('variables and rules that a form cannot hold are listed; one without a default makes the mode manual', async (t) => {
  const { item, leftOut } = imported(t, await convert(RDS));
  t.deepEqual(leftOut, [
    'variable.backup_retention_period.validation[0]: ${var.backup_retention_period > 0}',
    'variable.parameters: the whole variable',
    'variable.parameters: a variable without a default',
    'variable.tags: the whole variable',
    'output.db_instance_username: a sensitive output',
    'variable.kms_key_id: the rule pattern',
  ]);
  t.is(item.fulfillment.strategy.mode, 'manual');
  t.true(JSON.stringify(item.fulfillment.manual).includes('db_instance_endpoint'));
});

test("Terraform's JSON syntax is read as well, and a module that is carried as a whole runs by itself", async (t) => {
  const { item, leftOut } = imported(t, await convert([{ name: 'queue.tf.json', text: fixture('queue.tf.json') }]));
  t.deepEqual(leftOut, []);
  t.is(item.fulfillment.strategy.mode, 'automatic');
  t.is(item.input.form.description, 'Name of the queue');
});

test('types are read with their comments, objects and optional attributes', (t) => {
  t.deepEqual(parseType('${list(object({ a = string }))}'), {
    ok: true,
    value: {
      kind: 'list',
      of: { kind: 'object', attributes: [{ name: 'a', type: { kind: 'string' }, optional: false }] },
    },
  });
  const type = parseType(
    'object({\n  a = optional(string, "x,}y") # one, two\n  // no = string\n  b = map(any) /* c = bool */\n})',
  );
  t.deepEqual(
    type.ok && type.value.kind === 'object'
      ? type.value.attributes.map(({ name, fallback }) => [name, fallback])
      : type,
    [
      ['a', '"x,}y"'],
      ['b', undefined],
    ],
  );
  for (const wrong of [
    'strin',
    'list(',
    'object({a})',
    'object(a)',
    `${'list('.repeat(50)}string${')'.repeat(50)}`,
    '',
  ]) {
    t.false(parseType(wrong).ok, wrong);
  }
});

test('conditions are taken apart only where a form says the same', (t) => {
  const cases: readonly (readonly [string, unknown])[] = [
    ['${contains(["a", "b"], var.x)}', [{ choices: ['a', 'b'] }]],
    ['${var.x == null || contains(["a"], var.x)}', [{ choices: ['a'] }]],
    ['${var.x == null ? true : length(var.x) < 5}', [{ validation: { maxLength: 4 } }]],
    [
      '${(length(var.x) > 2) && (length(var.x) <= 8)}',
      [{ validation: { minLength: 3 } }, { validation: { maxLength: 8 } }],
    ],
    ['${can(regex("^a\\\\d$", var.x))}', [{ validation: { pattern: '^a\\d$' } }]],
    ['${length(regexall("^a", var.x)) > 0}', [{ validation: { pattern: '^a' } }]],
    ['${1 <= var.x && var.x <= 9}', [{ validation: { min: 1 } }, { validation: { max: 9 } }]],
    ['${var.x > 0}', undefined],
    ['${contains(var.list, var.x)}', undefined],
    ['${contains(["a"], var.y)}', undefined],
    ['${contains(["a${var.z}"], var.x)}', undefined],
    ['${!contains(["a"], var.x)}', undefined],
    ['${var.x >= 1 || var.x <= 0}', undefined],
    ['${can(cidrhost(var.x, 0))}', undefined],
    ['', undefined],
  ];
  for (const [condition, rules] of cases) t.deepEqual(rulesOf(condition, 'x'), rules as never, condition);
  t.is(literalOf('"a$${b}"'), 'a${b}');
  t.is(literalOf('"a" + "b"'), undefined);
});

test('a file that is no module is refused with its reason and place', async (t) => {
  t.regex(await messageOf('variable "x" {'), /variables\.tf:1.*Unclosed/);
  t.regex(await messageOf('resource "a" "b" {}'), /no `variable` block/);
  t.regex(await messageOf('variable "a" {}\nvariable "a" {}'), /variable a is declared twice/);
  t.regex(await messageOf(`a = ${'['.repeat(20_000)}${']'.repeat(20_000)}`), /nested more than 50 deep/);
  t.regex(await messageOf(`variable "a" { default = "$${'{('.repeat(30_000)}" }`), /nested more than 50 deep/);
  t.regex(await messageOf('variable "__proto__" {}'), /__proto__/);
  t.regex(await messageOf('{', 'a.tf.json'), /not JSON/);
  t.is(await messageOf('variable "constructor" {}'), 'accepted');
});
