import test, { type ExecutionContext } from 'ava';
import type { Conversion } from '../draft.ts';
import { fixture, imported } from '../imported.fixture.ts';
import { template } from './template.fixture.ts';
import { convertBackstage } from './template.ts';

const convert = (t: ExecutionContext, text: string, backstageUrl?: string): readonly Conversion[] => {
  const converted = convertBackstage(text, backstageUrl === undefined ? {} : { backstageUrl });
  if (!converted.ok) throw new Error(converted.error.message);
  t.true(converted.value.length > 0);
  return converted.value;
};

const only = (t: ExecutionContext, text: string) => {
  const [conversion] = convert(t, text);
  if (conversion === undefined) throw new Error('no template');
  return imported(t, conversion);
};

test('a template of pages becomes a form of groups, with choices, secrets, texts and conditions', (t) => {
  const { item } = only(t, fixture('backstage-react-app.yaml'));
  t.like(item.metadata, { name: 'Create React App Template', owner: { team: 'web-platform' } });
  t.deepEqual(item.metadata.tags, ['recommended', 'react', 'cra', 'website']);
  const [first, second] = item.input.form.groups ?? [];
  t.is(first?.name, 'Provide some simple information');
  const field = (id: string) => [...(first?.fields ?? []), ...(second?.fields ?? [])].find((one) => one.id === id);
  t.like(field('componentId'), {
    type: 'string',
    required: true,
    validation: { pattern: '^[a-z0-9-]+$', maxLength: 40 },
  });
  t.is(field('description')?.type, 'textarea');
  t.like(field('environment'), { type: 'select', default: 'dev' });
  t.deepEqual(field('environment')?.enum, [
    { value: 'dev', label: 'Development' },
    { value: 'prod', label: 'Production' },
  ]);
  t.like(field('cdnRegion'), {
    required: true,
    conditional: { dependsOn: 'provideSomeSimpleInformation.useCdn', condition: 'equals', value: true },
  });
  t.is(field('deployToken')?.type, 'password');
  t.deepEqual(field('replicas')?.validation, { integer: true, min: 1, max: 9 });
  t.like(field('topics'), { type: 'multiselect', enum: ['web', 'api', 'batch'] });
});

test('every construct of a template that an item cannot hold is listed with its place', (t) => {
  const { leftOut, changed } = only(t, fixture('backstage-react-app.yaml'));
  t.deepEqual(leftOut, [
    'metadata.annotations: annotations',
    'metadata.links: links',
    'spec.parameters[0].properties.owner.ui:field: the picker OwnerPicker',
    'spec.parameters[1].properties.repoUrl.ui:field: the picker RepoUrlPicker',
    'spec.parameters[1].properties.variables: the whole field',
    'spec.steps[0]: fetch:template',
    'spec.steps[1]: publish:github',
    'spec.steps[2]: catalog:register',
    'spec.output.links: links',
    'spec.output.text: text',
  ]);
  t.deepEqual(changed, [
    'spec.type: website is a tag',
    'spec.parameters[0].properties.component_id: component_id is called componentId',
    '(none): the field name is added',
  ]);
});

test('steps with an equivalent become actions; while one is missing, the mode is manual and the ticket tells all of them', (t) => {
  const { item } = only(t, fixture('backstage-react-app.yaml'));
  t.is(item.fulfillment.strategy.mode, 'manual');
  const [action] = item.fulfillment.automatic?.actions ?? [];
  t.like(action, {
    type: 'github-workflow',
    id: 'pipeline',
    when: "current.provideSomeSimpleInformation.environment == 'prod' && current.provideSomeSimpleInformation.useCdn",
  });
  t.deepEqual(action?.config, {
    repository: 'acme/{{.current.provideSomeSimpleInformation.componentId}}',
    workflowFile: 'build.yaml',
    ref: 'main',
    inputs: {
      name: '{{.current.provideSomeSimpleInformation.componentId | replace "-" "_"}}',
      region: '{{.current.provideSomeSimpleInformation.cdnRegion}}',
    },
  });
  const text = JSON.stringify(item.fulfillment.manual);
  for (const step of ['1. Fetch Skeleton + Template', '2. Publish', '3. Register', '4. Start the first build']) {
    t.true(text.includes(step), step);
  }
  t.true(text.includes('This is {{.current.provideSomeSimpleInformation.componentId | upper}}'));
  t.false(text.includes('chooseALocation.deployToken'), 'a secret stands in no ticket');
});

test('calls of Backstage become calls of its address, with the outputs that later steps read', (t) => {
  const [sonar] = convert(t, fixture('backstage-calls.yaml'), 'https://backstage.example.com/');
  if (sonar === undefined) return t.fail();
  const { item, leftOut } = imported(t, sonar);
  const [call, workflow] = item.fulfillment.automatic?.actions ?? [];
  t.like(call, { type: 'rest-api', outputs: { createBodyProjectId: 'body.project.id' } });
  t.deepEqual(call?.config, {
    endpoint: { url: 'https://backstage.example.com/api/proxy/sonarqube/api/projects/create', method: 'POST' },
    headers: { 'content-type': 'application/json' },
    query: { source: 'backstage' },
    body: {
      type: 'json',
      contentTemplate: {
        key: '{{.current.name}}',
        visibility: '{{.current.project.visibility}}',
        contact: '{{.current.project.contact | lower | trim}}',
        lines: '{{.current.budget.lines}}',
      },
    },
  });
  t.like(workflow?.config, { inputs: { project: '{{.output.createBodyProjectId}}' } });
  t.is(item.fulfillment.strategy.mode, 'manual', 'the token of Backstage has to be added first');
  t.deepEqual(leftOut, ["spec.steps[0]: Backstage's own authentication of the call", 'document 3: Location']);
});

test('without the address of Backstage its calls stay with people', (t) => {
  const { item, leftOut } = imported(t, convert(t, fixture('backstage-calls.yaml'))[0] as Conversion);
  t.is(item.fulfillment.automatic, undefined);
  t.true(leftOut.includes('spec.steps[0]: http:backstage:request'));
});

test('a pull request whose files all stand in the template becomes a commit, and the item runs by itself', (t) => {
  const { item, leftOut } = imported(t, convert(t, fixture('backstage-calls.yaml'))[1] as Conversion);
  t.is(item.fulfillment.strategy.mode, 'automatic');
  const [commit] = item.fulfillment.automatic?.actions ?? [];
  t.like(commit?.config, {
    repository: 'acme/clusters',
    branch: 'namespace-{{.current.name}}',
    createPullRequest: true,
  });
  t.true(JSON.stringify(commit?.config).includes('namespaces/{{.current.name}}.yaml'));
  t.deepEqual(leftOut, ['spec.owner: user:jane.doe']);
});

test('an action that would show a secret, or that asks for what the form lacks, is left to people', (t) => {
  const dispatch = (inputs: object) => ({
    action: 'github:actions:dispatch',
    input: {
      workflowId: 'a.yml',
      repoUrl: 'github.com?owner=o&repo=r',
      branchOrTagName: 'main',
      workflowInputs: inputs,
    },
  });
  const parameters = { properties: { token: { type: 'string', 'ui:field': 'Secret' } } };
  const shown = only(t, template({ parameters, steps: [dispatch({ key: '${{ parameters.token }}' })] }));
  t.is(shown.item.fulfillment.automatic, undefined);
  t.deepEqual(shown.leftOut, ['spec.steps[0]: the github-workflow action']);
  const lacking = only(t, template({ parameters, steps: [dispatch({ key: '${{ parameters.other }}' })] }));
  t.deepEqual(lacking.leftOut, ['spec.steps[0]: github:actions:dispatch']);
  t.true(lacking.remarks.some(({ why }) => why.includes('parameters.other')));
});

test('filters and conditions without a counterpart are listed, never guessed', (t) => {
  const step = (key: string, condition?: string) => ({
    action: 'github:actions:dispatch',
    ...(condition === undefined ? {} : { if: condition }),
    input: {
      workflowId: 'a.yml',
      repoUrl: 'github.com?owner=o&repo=r',
      branchOrTagName: 'main',
      workflowInputs: { key },
    },
  });
  const parameters = { properties: { a: { type: 'string' }, n: { type: 'number' } } };
  const steps = [
    step('${{ parameters.a | parseEntityRef | pick("name") }}'),
    step('${{ secrets.TOKEN }}'),
    step('x', '${{ parameters.n }}'),
    step('x', '${{ parameters.a in ["x"] }}'),
    step('x', '${{ not parameters.a }}'),
  ];
  const { leftOut, item } = only(t, template({ parameters, steps }));
  t.deepEqual(leftOut, [
    'spec.steps[0]: github:actions:dispatch',
    'spec.steps[1]: github:actions:dispatch',
    'spec.steps[2].if: the condition of github:actions:dispatch',
    'spec.steps[3].if: the condition of github:actions:dispatch',
  ]);
  t.deepEqual(
    item.fulfillment.automatic?.actions.map(({ when }) => when),
    ['!current.page1.a'],
  );
});

test('what is no template is refused with what it is', (t) => {
  const messageOf = (text: string): string => {
    const converted = convertBackstage(text);
    return converted.ok ? 'accepted' : converted.error.message;
  };
  t.regex(messageOf('apiVersion: v1\nkind: Pod\n'), /no template .* but v1 Pod/);
  t.regex(messageOf('a: 1\n---\nb: [1\n'), /the document that starts at line 2: 3:\d/);
  t.regex(messageOf('# nothing\n---\n'), /no document/);
  t.regex(messageOf('kind: Template\napiVersion: scaffolder.backstage.io/v1beta2\n'), /v1beta2/);
});
