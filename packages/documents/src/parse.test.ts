import test from 'ava';
import { frameExample } from './codes/frames.ts';
import type { CatalogBundle, CatalogItem } from './document.ts';
import { formatFinding } from './finding.ts';
import { actionsOf, parseDocument } from './index.ts';

const findings = (frame: Parameters<typeof frameExample>[0], snippet: string): readonly string[] => {
  const { path, text } = frameExample(frame, snippet);
  return parseDocument(text, { path }).findings.map(formatFinding);
};
const document = (frame: Parameters<typeof frameExample>[0], snippet: string) => {
  const { path, text } = frameExample(frame, snippet);
  return parseDocument(text, { path }).document;
};
const item = (snippet: string): CatalogItem => document('item', snippet) as CatalogItem;

const HOOK = 'config: { url: "https://platform.example.com/hooks" }';

test('an action without an id is called by its type and its number among its type', (t) => {
  const actions = `
- { type: webhook, ${HOOK} }
- { type: git-commit, config: { repository: a/b, branch: main, commitMessage: x, files: [{ path: x.txt, contentTemplate: x }] } }
- { type: webhook, ${HOOK} }
- { type: webhook, id: last, ${HOOK} }
`.trimStart();
  t.deepEqual(
    actionsOf(document('actions', actions) as CatalogItem).map(({ id, executor, idempotent }) => [
      id,
      executor,
      idempotent,
    ]),
    [
      ['webhook-1', 'default', false],
      ['git-commit-1', 'default', false],
      ['webhook-2', 'default', false],
      ['last', 'default', false],
    ],
  );
});

test('github-commit is another name of git-commit', (t) => {
  const commit = '{ repository: a/b, branch: main, commitMessage: x, files: [{ path: x.txt, contentTemplate: x }] }';
  const [action] = actionsOf(document('actions', `- { type: github-commit, config: ${commit} }\n`) as CatalogItem);
  t.is(action?.type, 'git-commit');
  t.is(action?.id, 'git-commit-1');
});

test('the actions of an item are those of its mode, and manual ones when no strategy is given', (t) => {
  const manual =
    'manual: { actions: [{ type: jira-ticket, config: { ticket: { project: DBA, summaryTemplate: x } } }] }';
  const automatic = `automatic: { actions: [{ type: webhook, ${HOOK} }] }`;
  const types = (strategy: string): readonly string[] =>
    actionsOf(item(`fulfillment:\n  ${strategy}\n  ${manual}\n  ${automatic}\n`)).map(({ type }) => type);
  t.deepEqual(types('strategy: { mode: automatic }'), ['webhook']);
  t.deepEqual(types('strategy: { mode: manual }'), ['jira-ticket']);
  t.deepEqual(types('approvals: [{ id: cost, approvers: { teams: [finops] } }]'), ['jira-ticket']);
});

test('optional keys of a ticket are found beside it, wherever they were written', (t) => {
  const ticket = '{ project: DBA, summaryTemplate: x, descriptionTemplate: y, labels: [pao] }';
  const [action] = item(
    `fulfillment:\n  manual: { actions: [{ type: jira-ticket, config: { ticket: ${ticket}, priority: High } }] }\n`,
  ).fulfillment.manual.actions;
  t.deepEqual(action?.config, {
    descriptionTemplate: 'y',
    labels: ['pao'],
    priority: 'High',
    ticket: { issueType: 'Task', project: 'DBA', summaryTemplate: 'x' },
  });
});

test("headers['x-arn'] in an output becomes what JMESPath calls it", (t) => {
  const [action] = actionsOf(
    document('actions', `- { type: webhook, ${HOOK}, outputs: { arn: "headers['x-arn']" } }\n`) as CatalogItem,
  );
  t.deepEqual(action?.outputs, { arn: 'headers."x-arn"' });
});

test('a bundle is sequential, and its components depend on nothing, unless it says otherwise', (t) => {
  const bundle = document('bundle', '') as CatalogBundle;
  t.deepEqual(bundle.fulfillment, { orchestration: { mode: 'sequential' } });
  t.deepEqual(bundle.components[0]?.dependsOn, []);
});

test('all ten field types are read', (t) => {
  const types = ['string', 'textarea', 'number', 'boolean', 'date', 'email', 'password', 'file', 'multiselect'];
  const fields = types.map((type) => `- { id: ${type}Field, name: A ${type}, type: ${type} }\n`).join('');
  t.deepEqual(
    findings('fields', `${fields}- { id: choice, name: Choice, type: select, enum: [{ value: 1, label: One }] }\n`),
    [],
  );
});

test('findings point at the line and column of what is meant, and name what was likely meant', (t) => {
  t.deepEqual(findings('fields', '- { id: zone, name: Zone, typ: string }\n'), [
    'catalog/databases/example.yaml:19:13: error PROPERTY_MISSING `type` is missing in `fields[0]`.',
    'catalog/databases/example.yaml:19:37: error PROPERTY_UNKNOWN `typ` is not known in `fields[0]`. (did you mean `type`?)',
  ]);
});

test('what two rules of the schema refuse is said once', (t) => {
  t.deepEqual(findings('fields', '- { id: zone, name: Zone, type: string, validation: 7 }\n'), [
    'catalog/databases/example.yaml:19:63: error TYPE_WRONG `validation` must be object, not number.',
  ]);
});

test('a variable in a block of text is found on its own line', (t) => {
  const action = `- type: rest-api
  config:
    endpoint: { url: "https://platform.example.com", method: POST }
    body:
      type: json
      contentTemplate: |
        {
          "size": {{.current.basic.storageGB}}
        }
`;
  t.deepEqual(findings('actions', action), [
    'catalog/databases/example.yaml:34:27: error TEMPLATE_FIELD_UNKNOWN The form has no field `basic.storageGB`. (did you mean `.current.basic.storageGb`?)',
  ]);
});

test('a document that names its problems in shape is not searched for problems in meaning', (t) => {
  const codes = findings('item', 'examples: [{ name: 1, input: { basic: 7 } }]\n');
  t.is(codes.length, 1);
});

test('an unknown action type is a warning, an error in strict mode, and nothing when an executor serves it', (t) => {
  const { path, text } = frameExample('actions', '- { type: reserve-address, config: { pool: internal } }\n');
  const severities = (options: { strict?: boolean; knownActionTypes?: readonly string[] }) =>
    parseDocument(text, { path, ...options }).findings.map(({ severity }) => severity);
  t.deepEqual(severities({}), ['warning']);
  t.deepEqual(severities({ strict: true }), ['error']);
  t.deepEqual(severities({ strict: true, knownActionTypes: ['reserve-address'] }), []);
});

test('a document that points at this machine loads, with a warning', (t) => {
  const { path, text } = frameExample(
    'actions',
    '- { type: webhook, config: { url: "http://127.0.0.1:4100/hooks" } }\n',
  );
  const result = parseDocument(text, { path });
  t.deepEqual(
    result.findings.map(({ code, severity }) => [code, severity]),
    [['URL_INTERNAL_ADDRESS', 'warning']],
  );
  t.is(result.document?.kind, 'CatalogItem');
});

test('a finding stays on one line whatever the document holds', (t) => {
  const line = formatFinding({
    code: 'X',
    severity: 'error',
    message: 'a\nb\u001b[31m',
    path: 'p',
    line: 1,
    column: 2,
  });
  t.is(line, 'p:1:2: error X a b\\u001b[31m');
});
