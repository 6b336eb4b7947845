import test from 'ava';
import { frameExample } from '../codes/frames.ts';
import { formatFinding } from '../finding.ts';
import { parseDocument } from '../parse.ts';
import { isInternalHost } from './addresses.ts';

type Frame = Parameters<typeof frameExample>[0];

const findings = (frame: Frame, snippet: string): readonly string[] => {
  const { path, text } = frameExample(frame, snippet);
  return parseDocument(text, { path }).findings.map((finding) => formatFinding(finding).replace(/^\S+ /, ''));
};

const post = (content: string): string =>
  `- type: rest-api
  id: create
  config:
    endpoint: { url: "https://platform.example.com/databases", method: POST }
    body: { type: json, contentTemplate: '${content}' }
`;

test('whatever spelling of a loopback or link-local address is recognised', (t) => {
  const internal = [
    '127.0.0.1',
    '127.1',
    '0x7f.1',
    '2130706433',
    '0177.0.0.1',
    '0.0.0.0',
    '169.254.169.254',
    'localhost',
    'LOCALHOST.',
    'a.localhost',
    '[::1]',
    '[::]',
    '[fe80::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:169.254.169.254]',
    '[::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
  ];
  for (const host of internal) t.true(isInternalHost(new URL(`http://${host}/`).hostname), host);
  const others = [
    'example.com',
    '10.0.0.1',
    '192.168.1.1',
    '8.8.8.8',
    '[2001:db8::1]',
    '127.example.com',
    'localhost.example.com',
  ];
  for (const host of others) t.false(isInternalHost(new URL(`http://${host}/`).hostname), host);
});

test('a constant of the item may be the beginning of a URL, and is looked at', (t) => {
  const url = '"{{.metadata.database-postgresql-example.api}}/databases"';
  const withApi = (api: string): readonly string[] => {
    const { path, text } = frameExample('actions', `- { type: webhook, config: { url: ${url} } }\n`);
    return parseDocument(text.replace('defaultPort: "5432"', `api: "${api}"`), { path }).findings.map(
      ({ code }) => code,
    );
  };
  t.deepEqual(withApi('https://platform.example.com'), []);
  t.deepEqual(withApi('gopher://platform.example.com'), ['URL_NOT_HTTP']);
});

test('the right namespace is named when the wrong one was used', (t) => {
  t.deepEqual(findings('actions', post('{ "by": "{{.current.user.email}}" }')), [
    'error TEMPLATE_FIELD_UNKNOWN The form has no field `user.email`. (`.system.user.email` exists)',
  ]);
  t.deepEqual(findings('actions', post('{ "size": {{.system.basic.storageGb}} }')), [
    'error TEMPLATE_SYSTEM_UNKNOWN There is no `.system.basic.storageGb`. (`.current.basic.storageGb` exists)',
  ]);
  t.deepEqual(
    findings(
      'actions',
      `${post('{}')}  outputs: { arn: body.arn }\n${post('{ "arn": "{{.current.arn}}" }').replace('create', 'tag')}`,
    ),
    ['error TEMPLATE_FIELD_UNKNOWN The form has no field `arn`. (`.output.arn` exists)'],
  );
});

test('an output that is offered too late is said to be', (t) => {
  const late =
    post('{ "arn": "{{.output.arn}}" }') +
    post('{}').replace('create', 'later').concat('  outputs: { arn: body.arn }\n');
  t.deepEqual(findings('actions', late), [
    'warning TEMPLATE_OUTPUT_UNKNOWN No earlier action of this item offers the output `arn`. (`later` offers it, but runs later)',
  ]);
});

const after = (first: string, variable: string) =>
  findings('actions', `${first}${post(`{ "x": "{{.output.${variable}}}" }`)}`);

test('an action cannot read its own output', (t) => {
  const own = post('{ "arn": "{{.output.arn}}" }').concat('  outputs: { arn: body.arn }\n');
  t.regex(findings('actions', own)[0] ?? '', /^warning TEMPLATE_OUTPUT_UNKNOWN/);
});

test('what a type offers by itself, a Terraform output and a prefixed name need no declaration', (t) => {
  const terraform = '- { type: terraform, config: { module: { source: ./db } } }\n';
  const ticket = '- { type: jira-ticket, config: { ticket: { project: DBA, summaryTemplate: x } } }\n';
  t.deepEqual(after(ticket, 'key'), []);
  t.deepEqual(after(terraform, 'anything_at_all'), []);
  t.deepEqual(after(ticket, 'orders-db.key'), []);
  t.is(after(ticket, 'keys').length, 1);
});

const afterCall = (outputs: string): readonly string[] =>
  findings('actions', `${post('{}')}${outputs}${post('{ "id": {{.output.body.id}} }').replace('create', 'tag')}`);

test('headers and body of an answer are outputs of a call that picks none itself', (t) => {
  t.deepEqual(afterCall(''), []);
  t.regex(afterCall('  outputs: { arn: body.arn }\n')[0] ?? '', /^warning TEMPLATE_OUTPUT_UNKNOWN/);
});

const file = (path: string): string =>
  `- { type: git-commit, config: { repository: a/b, branch: main, commitMessage: x, files: [{ path: ${path}, contentTemplate: '{ "name": "{{.current.name}}" }' }] } }\n`;

const form = (content: string): string =>
  `- { type: rest-api, config: { endpoint: { url: "https://platform.example.com", method: POST }, body: { type: form-urlencoded, contentTemplate: ${content} } } }\n`;

test('no value is filled into Terraform’s JSON, nor into the text of a form', (t) => {
  t.deepEqual(findings('actions', file('db.tfvars.json')), []);
  t.regex(findings('actions', file('db.tf.json'))[0] ?? '', /^error TEMPLATE_MISPLACED/);
  t.deepEqual(findings('actions', form('{ name: "{{.current.name}}" }')), []);
  t.regex(findings('actions', form('"name={{.current.name}}"'))[0] ?? '', /^error TEMPLATE_MISPLACED/);
});

test('an output that is foreseen to be absent is no finding', (t) => {
  t.deepEqual(findings('actions', post('{ "x": "{{.output.endpoint | default "none"}}" }')), []);
});

test('an output of an action that may be skipped is pointed out', (t) => {
  const skipped = `- { type: webhook, when: "current.basic.environment == 'prod'", config: { url: "https://platform.example.com" }, outputs: { ticket: status } }\n`;
  t.deepEqual(findings('actions', skipped + post('{ "t": "{{.output.ticket}}" }')), [
    'warning TEMPLATE_BRANCH_ONLY `ticket` exists only when the `when` of its action holds. (add `| default …`)',
  ]);
});

test('a rollback may read what its action gave', (t) => {
  const undo = post('{}').concat(
    '  outputs: { id: body.id }\n',
    '  rollback: { type: rest-api, config: { endpoint: { url: "https://platform.example.com/databases/{{.output.id}}", method: DELETE } } }\n',
  );
  t.deepEqual(findings('actions', undo), []);
});

const lifecycle = (name: string): string => `lifecycle:
  resource: { type: postgresql, idFrom: output.${name} }
  decommission:
    actions:
      - { type: rest-api, config: { endpoint: { url: "https://platform.example.com/databases/{{.output.${name}}}", method: DELETE } } }
`;

test('day-2 actions may read what fulfillment gave', (t) => {
  t.deepEqual(findings('item', lifecycle('endpoint')), []);
  t.deepEqual(findings('item', lifecycle('endpiont')), [
    'error EXPRESSION_PATH_UNKNOWN No action offers the output `endpiont`. (did you mean `endpoint`?)',
    'warning TEMPLATE_OUTPUT_UNKNOWN No earlier action of this item offers the output `endpiont`. (did you mean `endpoint`?)',
  ]);
});

test('a password may go into a body, and nowhere that people or logs look', (t) => {
  const variable = '{{.current.basic.adminPassword}}';
  const rest = (query: string) =>
    `- { type: rest-api, config: { endpoint: { url: "https://platform.example.com/${query}", method: POST }, body: { type: json, contentTemplate: '{ "p": "${variable}" }' } } }\n`;
  t.deepEqual(findings('actions', rest('')), []);
  t.regex(findings('actions', rest(`?p=${variable}`))[0] ?? '', /^error SECRET_EXPOSED/);
  const ticket = `- { type: jira-ticket, config: { ticket: { project: DBA, summaryTemplate: x, descriptionTemplate: "${variable}" } } }\n`;
  t.regex(findings('actions', ticket)[0] ?? '', /^error SECRET_EXPOSED/);
});

test('credentials are recognised by their form, wherever they stand', (t) => {
  const secrets = [
    'AKIAIOSFODNN7EXAMPLE',
    `ghp_${'a1B2'.repeat(9)}`,
    'xoxb-123456789012-abcdefghij',
    '-----BEGIN RSA PRIVATE KEY-----',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcdefghijklmnop',
  ];
  for (const secret of secrets)
    t.deepEqual(
      findings('metadata', `note: "${secret}"\n`).map((line) => line.split(' ')[1]),
      ['SECRET_IN_DOCUMENT'],
      secret,
    );
  t.deepEqual(findings('metadata', 'note: "the token is kept in the vault"\n'), []);
});

const approvals = (when: string): string => `fulfillment:
  strategy: { mode: manual }
  manual: { actions: [{ type: jira-ticket, config: { ticket: { project: DBA, summaryTemplate: x } } }] }
  approvals: [{ id: cost, when: "${when}", approvers: { teams: [finops] }, minimum: 1, expiresAfter: 72h }]
`;

test('a condition of an approval reads fields that exist', (t) => {
  t.deepEqual(
    findings('item', approvals("current.basic.storageGb > `500` && contains(system.user.teams, 'payments')")),
    [],
  );
  t.deepEqual(findings('item', approvals('current.basic.storageGb > `500` && curent.name')), [
    'error EXPRESSION_PATH_UNKNOWN `curent` is not a namespace. (did you mean `current`?)',
  ]);
  t.deepEqual(findings('item', approvals('size(current.name)')), [
    'error EXPRESSION_INVALID `size(current.name)` is not JMESPath: There is no function `size`.',
  ]);
});

test('a condition of an approval reads what is known before anything runs, costs by their currency', (t) => {
  const priced = (when: string): readonly string[] =>
    findings('item', `${approvals(when)}cost: { currency: EUR, monthly: 12 }\n`);
  t.deepEqual(priced('cost.EUR > `100` && metadata && system.environment && system.platform.region'), []);
  t.deepEqual(priced('cost.USD > `100`'), ['error EXPRESSION_PATH_UNKNOWN The cost of the document is in EUR.']);
  t.deepEqual(findings('item', approvals('cost.EUR > `100`')), [
    'error EXPRESSION_PATH_UNKNOWN The document gives no cost.',
  ]);
  for (const path of ['output.endpoint', 'system.requestId', 'system'])
    t.regex(findings('item', approvals(path))[0] ?? '', /^error APPROVAL_CONDITION_TOO_EARLY/, path);
});

test('bundles are held to the same rules about approvals as items', (t) => {
  const found = findings(
    'bundle',
    `fulfillment:
  approvals:
    - { id: cost, approvers: { users: [a@example.com, A@example.com] }, minimum: 2 }
    - { id: cost, approvers: { users: [nobody] }, when: "cost.EUR > \`1\`", remindAfter: 8d }
`,
  );
  const codes = new Set(found.map((line) => line.split(' ')[1]));
  t.is(codes.size, 4);
  for (const code of [
    'APPROVAL_ID_NOT_UNIQUE',
    'APPROVAL_MINIMUM_UNREACHABLE',
    'APPROVAL_REMINDER_LATE',
    'APPROVER_NOT_EMAIL',
  ])
    t.true(codes.has(code), code);
});

const warned = (id: string, category: string): boolean => {
  const { text } = frameExample('metadata', `id: ${id}\ncategory: ${category}\n`);
  return parseDocument(text, { path: 'x.yaml' }).findings.some(({ code }) => code === 'ID_NOT_CATEGORY');
};

test('id and category agree in singular, plural and stem', (t) => {
  for (const [id, category] of [
    ['database-x-y', 'databases'],
    ['network-x-y', 'networking'],
    ['message-x-y', 'messaging'],
    ['compute-x-y', 'compute'],
  ]) {
    t.false(warned(id ?? '', category ?? ''), id);
  }
  t.true(warned('storage-x-y', 'databases'));
});

const observe = (type: string, url: string): string =>
  `lifecycle: { observe: { type: ${type}, config: { endpoint: { url: "${url}", method: GET } }, every: 15m } }\n`;

test('how a resource is observed is checked like an action', (t) => {
  t.deepEqual(findings('item', observe('rest-api', 'https://platform.example.com/{{.output.endpoint}}')), []);
  t.regex(findings('item', observe('rest-api', 'ftp://platform.example.com'))[0] ?? '', /URL_NOT_HTTP/);
  t.regex(
    findings('item', observe('rest-api', 'https://platform.example.com/{{.current.nam}}'))[0] ?? '',
    /TEMPLATE_FIELD_UNKNOWN/,
  );
  t.regex(findings('item', observe('jira-ticket', 'https://platform.example.com'))[0] ?? '', /PROPERTY_MISSING/);
});

test('a summary whose fixed part alone is too long needs no example to be refused', (t) => {
  const ticket = `- { type: jira-ticket, config: { ticket: { project: DBA, summaryTemplate: "${'x'.repeat(256)}{{.current.name}}" } } }\n`;
  t.deepEqual(findings('actions', ticket), [
    'error JIRA_SUMMARY_TOO_LONG The summary has 256 characters without its variables; Jira takes 255.',
  ]);
});
