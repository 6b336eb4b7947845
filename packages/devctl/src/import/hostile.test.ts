import type { Json, Result } from '@pao/kernel';
import test from 'ava';
import { convertBackstage } from './backstage/template.ts';
import { convertJira } from './jira/metadata.ts';
import { convertJsonSchema } from './json-schema.ts';
import { readJson, readYamlOrJson } from './read.ts';
import type { ImportError } from './settle.ts';
import { convertTerraform } from './terraform/module.ts';

const DEEP = 20_000;

const schemaOf = (text: string): Result<unknown, ImportError> => {
  const read = readYamlOrJson(text);
  return read.ok ? convertJsonSchema(read.value, 'x') : read;
};

const jiraOf = (text: string): Result<unknown, ImportError> => {
  const read = readJson(text);
  return read.ok ? convertJira(read.value) : read;
};

const SOURCES = { backstage: convertBackstage, jira: jiraOf, schema: schemaOf };

for (const [source, convert] of Object.entries(SOURCES)) {
  test(`${source}: what is nested 20,000 deep is one clear error`, (t) => {
    for (const text of [
      `${'['.repeat(DEEP)}${']'.repeat(DEEP)}`,
      `${'{"properties":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`,
    ]) {
      const result = convert(text);
      t.true(!result.ok && /deep/.test(result.error.message), result.ok ? 'accepted' : result.error.message);
    }
  });

  test(`${source}: keys that programs trip over are refused`, (t) => {
    const result = convert('{"properties": {"__proto__": {"type": "string"}}, "fields": []}');
    t.true(!result.ok && result.error.message.includes('__proto__'));
    t.is(({} as { type?: string }).type, undefined);
  });

  test(`${source}: what is no YAML or JSON is refused in one line`, (t) => {
    for (const text of ['', '{', 'a: [', '\u0000', '%', '{"a":1}x', 'a: b: c', '\ufeff']) {
      const result = convert(text);
      t.true(!result.ok && !result.error.message.includes('\n'), JSON.stringify(text));
    }
  });
}

test('a YAML text nested 20,000 deep, and one of aliases that multiply, are refused', (t) => {
  const deep = readYamlOrJson(Array.from({ length: 300 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'));
  t.true(!deep.ok && deep.error.message.includes('deep'));
  const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]'];
  for (let n = 98; n < 107; n += 1)
    bomb.push(
      `${String.fromCharCode(n)}: &${String.fromCharCode(n)} [${Array.from({ length: 9 }, () => `*${String.fromCharCode(n - 1)}`).join(',')}]`,
    );
  t.false(readYamlOrJson(bomb.join('\n')).ok);
});

test('references of a schema that multiply cost no more than they are followed', (t) => {
  const $defs: { [key: string]: Json } = {};
  for (let n = 0; n < 200; n += 1) {
    const next = { $ref: `#/$defs/d${n + 1}` };
    $defs[`d${n}`] = {
      type: 'object',
      properties: Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`p${i}`, next])),
    };
  }
  const result = convertJsonSchema(
    { type: 'object', properties: { a: { $ref: '#/$defs/d0' }, b: { $ref: '#' } }, $defs },
    'x',
  );
  t.true(result.ok && result.value.remarks.list.length < 100);
});

test('long runs of blanks, brackets and quotes are refused or carried, and cost no more than they are long', async (t) => {
  const long = 100_000;
  for (const part of [' ', '(', '"', "'", '|', 'a.', '${{', '}}', '&&', ' and ', '/*', '[']) {
    const text = part.repeat(long / part.length);
    const step = {
      action: 'http:backstage:request',
      if: `\${{ ${text} }}`,
      name: text,
      input: { path: `\${{${text}}}`, repoUrl: text },
    };
    const spec = { owner: text, parameters: { title: text, properties: {} }, steps: [step] };
    const template = {
      apiVersion: 'scaffolder.backstage.io/v1beta3',
      kind: 'Template',
      metadata: { title: text },
      spec,
    };
    t.true(convertBackstage(JSON.stringify(template), { backstageUrl: 'https://x.test' }).ok, part);
    const variable = {
      x: { type: text, validation: [{ condition: text }] },
      y: { type: `object({${text}})`, validation: [{ condition: `length(var.y)${text}` }] },
    };
    const module = await convertTerraform([{ name: 'a.tf.json', text: JSON.stringify({ variable }) }], {
      source: 'x',
      name: 'x',
    });
    t.true(module.ok, part);
  }
});
