import { canonicalJson } from '@pao/kernel';
import test from 'ava';
import fc from 'fast-check';
import { outputsFrom, writtenOutputs } from './written-outputs.ts';

const block = (text: string, language = 'outputs'): string => `done\n\`\`\`${language}\n${text}\n\`\`\`\nbye`;

const valueOf = (body: unknown) => {
  const read = writtenOutputs(body);
  return read?.ok ? read.value : undefined;
};

const problemOf = (body: unknown) => {
  const read = writtenOutputs(body);
  return read === undefined || read.ok ? undefined : read.error;
};

test('a block is YAML with maps and lists, JSON, or plain lines', (t) => {
  const yaml = 'endpoint: "https://a"\n# ours\nhosts:\n  - one\n  - two\nconnection:\n  port: 5432\nnote: |-\n  a\n  b';
  t.deepEqual(valueOf(block(yaml)), {
    ...{ endpoint: 'https://a', hosts: ['one', 'two'] },
    ...{ connection: { port: 5432 }, note: 'a\nb' },
  });
  t.deepEqual(valueOf(block('{"arn": "a", "ports": [1, 2]}')), { arn: 'a', ports: [1, 2] });
  t.deepEqual(valueOf(block('arn: arn:aws:s3:::b\nport: 5432\nopen: true\nlater:')), {
    ...{ arn: 'arn:aws:s3:::b', port: 5432, open: true },
  });
});

test('a plain line keeps what YAML would take for something else', (t) => {
  t.deepEqual(valueOf(block('zip: 01234\naccount: 123456789012345678901\nsee: ticket #12 # soon\ndb: host: a')), {
    ...{ zip: '01234', account: '123456789012345678901' },
    ...{ see: 'ticket #12 # soon', db: 'host: a' },
  });
});

test('a block in a language that an editor offers says in itself that it is the outputs', (t) => {
  t.deepEqual(valueOf(block('outputs:\n  arn: a', 'yaml')), { arn: 'a' });
  t.deepEqual(valueOf(block('{"outputs": {"arn": "a"}}', 'json')), { arn: 'a' });
  t.is(writtenOutputs(block('replicas: 3', 'yaml')), undefined, 'what people show one another is nothing of ours');
  t.is(writtenOutputs(block('outputs:', 'yaml')), undefined);
});

test('what can’t be read is told with its line and what to do', (t) => {
  t.regex(problemOf(block('arn: a\nhosts:\n  - one\n - two')) ?? '', /^line 4, column \d+: /);
  t.regex(problemOf(block('a: [1]\npassword: *secret')) ?? '', /^line 2, column 11: .*anchor/);
  t.regex(problemOf(block('- a\n- b')) ?? '', /neither names/);
  t.regex(problemOf(block('outputs: [a]', 'yaml')) ?? '', /neither names/);
});

test('hostile blocks are refused within limits', (t) => {
  const bomb = ['a: &a [x,x]', 'b: &b [*a,*a]', ...Array.from({ length: 200 }, (_, at) => `c${at}: *b`)].join('\n');
  const blocks = [bomb, `a: ${'['.repeat(20_000)}`, `{"a": ${'['.repeat(20_000)}${']'.repeat(20_000)}}`];
  for (const text of blocks) t.true((problemOf(block(text))?.length ?? 0) > 0);
  t.is(problemOf(block('a: {}\n__proto__: {"admin": true}'))?.startsWith('line 2'), true);
  t.is(writtenOutputs(block('__proto__: 1')), undefined);
});

test('the newest block wins, and makes good what an older one got wrong', (t) => {
  const broken = block('arn: [');
  t.deepEqual(outputsFrom({ size: 1 }, [block('arn: a\nsize: 2'), block('arn: b')]), {
    outputs: { arn: 'b', size: 2 },
  });
  t.deepEqual(outputsFrom({}, [broken, block('arn: b'), 'thanks']), { outputs: { arn: 'b' } });
  t.like(outputsFrom({}, [block('arn: a'), broken]), { outputs: { arn: 'a' } });
  t.truthy(outputsFrom({}, [block('arn: a'), broken]).problem);
});

test('whatever JSON object somebody writes comes back as it is', (t) => {
  const name = fc.stringMatching(/^[a-z]{1,8}$/).filter((text) => text !== 'constructor' && text !== 'prototype');
  const leaf = fc.oneof(
    fc.stringMatching(/^[ -_a-~]*$/).filter((text) => text !== ''),
    fc.maxSafeInteger(),
    fc.boolean(),
  );
  const values = fc.dictionary(name, fc.oneof(leaf, fc.array(leaf), fc.dictionary(name, leaf)), { minKeys: 1 });
  fc.assert(
    fc.property(values, (value) => {
      t.is(canonicalJson(valueOf(block(JSON.stringify(value, null, 2)))), canonicalJson(value));
    }),
  );
});
