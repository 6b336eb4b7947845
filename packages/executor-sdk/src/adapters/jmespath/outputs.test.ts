import test from 'ava';
import { createCompileOutputs } from './outputs.ts';

const RESULT = {
  status: 201,
  headers: { 'x-arn': 'arn:1' },
  body: { id: 'db-1', ports: [5432, 5433], zero: 0, no: false },
};

const read = (expressions: Record<string, string>) => {
  const compiled = createCompileOutputs()(expressions);
  if (!compiled.ok) throw new Error(compiled.error.message);
  return compiled.value(RESULT);
};

test('expressions read the result, also in the way people name headers', (t) => {
  const expressions = {
    id: 'body.id',
    arn: "headers['x-arn']",
    quoted: 'headers."x-arn"',
    first: 'body.ports[0]',
    zero: 'body.zero',
    no: 'body.no',
    joined: "join('-', [body.id, headers['x-arn']])",
  };
  t.deepEqual(read(expressions), {
    outputs: { id: 'db-1', arn: 'arn:1', quoted: 'arn:1', first: 5432, zero: 0, no: false, joined: 'db-1-arn:1' },
    failed: [],
  });
});

test('what is not there is null; what cannot be worked out is null and named', (t) => {
  t.deepEqual(read({ missing: 'body.nope', wrong: 'length(status)' }), {
    outputs: { missing: null, wrong: null },
    failed: ['wrong'],
  });
});

test('an expression that does not parse names its output', (t) => {
  const compiled = createCompileOutputs()({ id: 'body.id', bad: 'body.[' });
  t.false(compiled.ok);
  t.true(!compiled.ok && compiled.error.message.startsWith('outputs.bad: '));
});
