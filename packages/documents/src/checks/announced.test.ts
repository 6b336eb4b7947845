import type { Json, JsonObject } from '@pao/kernel';
import test from 'ava';
import { frameExample } from '../codes/frames.ts';
import { parseDocument } from '../parse.ts';
import { findSchemaProblems } from './announced-schema.ts';

const SCHEMA = {
  type: 'object',
  required: ['name', 'ttl'],
  additionalProperties: false,
  properties: {
    name: { type: 'string', maxLength: 10 },
    ttl: { type: 'integer', minimum: 60 },
    kind: { enum: ['A', 'CNAME'] },
    targets: { type: 'array', items: { $ref: '#/$defs/target' }, maxItems: 2 },
    key: { type: 'string' },
  },
  $defs: { target: { anyOf: [{ type: 'string' }, { type: 'object', required: ['ip'] }] } },
} as const satisfies JsonObject;

const problems = (config: Json) =>
  findSchemaProblems(config, SCHEMA).map(({ path, message }) => `${path.join('.')} ${message}`);

test('a configuration fits what was announced, or each place is named where it does not', (t) => {
  t.deepEqual(problems({ name: 'a', ttl: 60, kind: 'A', targets: ['x', { ip: '::1' }] }), []);
  t.deepEqual(problems({ nam: 'a', ttl: '60', kind: 'B', targets: ['x', {}, 'y'] }), [
    ' has no `name`',
    'nam is not known',
    'ttl is string, and must be integer',
    'kind must be one of "A", "CNAME"',
    'targets must have entries, at most 2',
    'targets.1 has no `ip`',
  ]);
  t.deepEqual(problems({ name: 'a', ttl: 59.5 }), ['ttl is number, and must be integer']);
});

test('a text with variables may stand for any scalar, and for nothing else', (t) => {
  t.deepEqual(
    problems({ name: 'a-{{.current.name}}-longer', ttl: '{{.current.basic.ttl}}', kind: '{{.current.kind}}' }),
    [],
  );
  t.deepEqual(problems({ name: 'a', ttl: 60, targets: '{{.output.targets}}' }), [
    'targets is string, and must be array',
  ]);
});

test('a schema from outside costs little, whatever it is', (t) => {
  const twice = { anyOf: [{ $ref: '#/$defs/a' }, { $ref: '#/$defs/a' }], not: {} };
  for (const schema of [
    { $ref: '#/$defs/a', $defs: { a: twice } },
    { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/a' } } },
    { type: 7, properties: 'x', required: 'y', items: 1, anyOf: 3, enum: {} },
    { properties: { name: { pattern: '^(a+)+$' } } },
    { $ref: '#/$defs/__proto__' },
  ] as const satisfies readonly JsonObject[])
    t.true(findSchemaProblems({ name: `${'a'.repeat(50)}!` }, schema).length <= 1);
});

const pool = (name: string, secretMembers: readonly string[] = []) => ({
  pool: name,
  actionTypes: [{ type: 'dns-record', configSchema: SCHEMA, secretMembers }],
});

const codesOf = (action: string, executors: readonly ReturnType<typeof pool>[], strict = false) => {
  const { path, text } = frameExample('actions', `- { type: dns-record, ${action} }\n`);
  return parseDocument(text, { path, strict, executors }).findings.map(({ severity, code, message }) => [
    `${severity} ${code}`,
    message,
  ]);
};

const GOOD = 'config: { name: a, ttl: 60 }';

test('the pool that serves a type is named where the action names another', (t) => {
  t.deepEqual(codesOf(`executor: dns, ${GOOD}`, [pool('dns')], true), []);
  const [finding] = codesOf(GOOD, [pool('dns')], true);
  t.is(finding?.[0], 'error ACTION_TYPE_UNKNOWN');
  t.is(finding?.[1], 'The pool `default` does not serve the action type `dns-record`; `dns` does.');
  t.is(codesOf(GOOD, [pool('dns')])[0]?.[0], 'warning ACTION_TYPE_UNKNOWN');
});

test('a password goes only where the pool says that it may', (t) => {
  const action = 'executor: dns, config: { name: a, ttl: 60, key: "{{.current.basic.adminPassword}}" }';
  t.deepEqual(codesOf(action, [pool('dns', ['key'])]), []);
  t.is(codesOf(action, [pool('dns')])[0]?.[0], 'error SECRET_EXPOSED');
});
