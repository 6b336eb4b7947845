import test from 'ava';
import fc from 'fast-check';
import { settle } from '../settle.ts';
import { template } from './template.fixture.ts';
import { convertBackstage } from './template.ts';

const piece = fc.constantFrom(
  '${{',
  '}}',
  'parameters.a',
  'parameters.name',
  "parameters['n']",
  'steps.s0.output.body.x',
  ' | ',
  'upper',
  'replace("-", "_")',
  "default('x')",
  ' === ',
  "'x'",
  '{{',
  ' and ',
  'not ',
  '#',
  '/',
  '"',
  ' ',
  'https://x.test',
  '..',
);
const plain = fc.constantFrom(
  '${{ parameters.a }}',
  'main',
  "x-${{ parameters['name'] | upper }}",
  '{"a": ${{ parameters.n }}}',
  'a/b.yaml',
);
const source = fc.oneof(
  { arbitrary: plain, weight: 6 },
  { arbitrary: fc.array(piece, { maxLength: 7 }).map((parts) => parts.join('')), weight: 2 },
  { arbitrary: fc.string(), weight: 1 },
);
const repoUrl = fc.constantFrom(
  'github.com?owner=o&repo=${{ parameters.name }}',
  'github.com?owner=o&repo=r',
  '${{ parameters.a }}',
);
const anyValue = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    source,
    fc.integer(),
    fc.boolean(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(source, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;
const inputs = {
  'http:backstage:request': {
    path: source,
    method: fc.constantFrom('GET', 'POST', 'x'),
    headers: anyValue,
    body: anyValue,
  },
  'github:actions:dispatch': {
    workflowId: fc.constant('a.yml'),
    repoUrl,
    branchOrTagName: source,
    workflowInputs: anyValue,
  },
  'roadiehq:utils:fs:write': { path: source, content: source },
  'publish:github:pull-request': { repoUrl, branchName: source, title: source, description: anyValue },
};
const condition = fc.constantFrom(true, '${{ parameters.a }}', "${{ parameters.a == 'x' and not parameters.p }}", '{{');
const step = fc.oneof(
  ...Object.entries(inputs).map(([action, input]) =>
    fc.record({
      id: fc.constantFrom('s0', 's1'),
      name: source,
      if: condition,
      action: fc.constant(action),
      input: fc.record<object>(input, { noNullPrototype: true }),
    }),
  ),
);

test('any steps give a valid document: what cannot be an action is listed', (t) => {
  const properties = {
    name: { type: 'string' },
    a: { type: 'string' },
    n: { type: 'number' },
    p: { type: 'string', 'ui:field': 'Secret' },
  };
  let actions = 0;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 4 }), anyValue, (steps, rest) => {
      const text = template({ parameters: { properties }, steps, rest });
      const converted = convertBackstage(text, { backstageUrl: 'https://backstage.example.com' });
      if (!converted.ok) return t.true(/key/.test(converted.error.message), converted.error.message);
      const [first] = converted.value;
      const settled = first === undefined ? undefined : settle(first, { id: 'a-b-c', category: 'a', project: 'AB' });
      if (settled?.ok !== true) return t.fail(settled?.error.message);
      actions += first?.draft.automatic.length ?? 0;
      return undefined;
    }),
    // A hundred runs found 17 to 33 actions, which chance would bring under the bar one day.
    { numRuns: 400 },
  );
  t.true(actions > 10);
});
