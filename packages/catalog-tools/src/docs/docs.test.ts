import { execFileSync } from 'node:child_process';
import { type CatalogBundle, type CatalogItem, parseDocument } from '@pao/documents';
import test from 'ava';
import { describeDocument, documentMarkdown, indexMarkdown } from '../index.ts';
import { ALL_FIELDS, documentOf, EVIL } from '../preview/all-fields.fixture.ts';
import { describeStep } from './steps.ts';

const NO_ITEMS = new Map<string, CatalogItem>();

const ITEM = `
schemaVersion: catalog/v1
kind: CatalogItem
metadata:
  id: database-redis-small
  name: Redis cache
  description: A small managed Redis cache for one application, reachable from its namespace.
  version: 1.0.0
  category: databases
  owner: { team: platform-databases, contact: dba@example.test }
input:
  form:
    name: Cache name
    validation: { pattern: "^[a-z]+$" }
    groups:
      - id: basic
        name: Basics
        fields:
          - { id: size, name: Size (GB), type: number, default: 1, validation: { min: 1, max: 64 } }
          - { id: tier, name: Tier, type: select, enum: ["1", "2"], default: "1" }
          - { id: reason, name: Reason, type: string, conditional: { dependsOn: tier, condition: equals, value: "2" } }
          - { id: token, name: Token, type: password }
fulfillment:
  strategy: { mode: automatic }
  approvals: [{ id: cost, when: "current.basic.size > \`32\`", approvers: { teams: [finops] }, expiresAfter: 72h }]
  automatic:
    actions:
      - { type: rest-api, name: Create it, config: { endpoint: { url: "https://api.example.test/v1/caches", method: POST } }, outputs: { endpoint: body.endpoint } }
  manual:
    actions: [{ type: jira-ticket, config: { ticket: { project: DBA, summaryTemplate: "Create {{.current.name}}" } } }]
policy: { visibility: { teams: [payments] }, environments: [dev, prod], quota: { per: team, max: 3, resource: caches } }
cost: { currency: EUR, monthly: "2.5 + current.basic.size * 4" }
deprecation: { since: 1.0.0, replacedBy: database-valkey-small, message: It ends this year. }
examples:
  - { name: plain, input: { name: sessions, basic: { size: 2, tier: "2", reason: "it's \\"odd\\"", token: hunter22 } } }
`;

const BUNDLE = `
schemaVersion: catalog/v1
kind: CatalogBundle
metadata:
  id: bundle-cache-pair
  name: Two caches
  description: Two caches, of which the first is written after the second that it waits for.
  version: 1.0.0
  owner: { team: platform-experience }
components:
  - { id: second, catalogItem: database-redis-small, dependsOn: [first], input: { basic: { size: 4 } } }
  - { id: first, catalogItem: database-redis-small, dependsOn: [] }
input:
  form: { name: Name, validation: { pattern: "^[a-z]+$" } }
fulfillment:
  orchestration: { mode: sequential, jiraLinking: { linkType: blocks, parentTicket: false } }
`;

const item = documentOf(ITEM) as CatalogItem;
const bundle = documentOf(BUNDLE) as CatalogBundle;
const items = new Map([[item.metadata.id, item]]);

test('an item is described with its form, its steps and what people do instead', (t) => {
  const description = describeDocument(item, { items, codeowners: ['@example/dba'] });
  t.like(description, {
    kind: 'CatalogItem',
    mode: 'automatic',
    codeowners: ['@example/dba'],
    cost: { currency: 'EUR', monthly: '2.5 + current.basic.size * 4' },
    deprecation: 'Deprecated since 1.0.0. Use database-valkey-small instead. It ends this year.',
    approvals: ['cost: 1 of team finops must approve when current.basic.size > `32`; it lapses after 72h.'],
    policy: [
      'Only these teams see it and may ask for it: payments.',
      'Promoted through dev, then prod; each asks for the one before.',
      'At most 3 caches per team.',
    ],
  });
  t.like(description.steps, [
    {
      does: 'Calls POST https://api.example.test/v1/caches',
      name: 'Create it',
      outputs: [{ name: 'endpoint', from: 'body.endpoint' }],
    },
  ]);
  t.is(description.fallback[0]?.does, 'Opens a Jira ticket (Task) in DBA: "Create {{.current.name}}"');
  const fields = new Map(description.fields.map((field) => [field.path, field]));
  t.like(fields.get('basic.size'), { default: 1, limits: ['1 to 64'], required: false });
  t.is(fields.get('basic.reason')?.shownWhen, 'basic.tier is 2');
});

test('examples are ready to run: types kept, quotes safe for a shell, secrets left out', (t) => {
  const [example] = describeDocument(item, { items }).examples;
  t.is(example?.monthly, 10.5);
  t.deepEqual(example?.body, {
    items: [
      {
        schemaVersion: 'catalog/v1',
        catalogItemId: 'database-redis-small',
        input: { name: 'sessions', basic: { size: 2, tier: '2', reason: `it's "odd"`, token: '<secret>' } },
      },
    ],
  });
  t.false(JSON.stringify(example).includes('hunter22'));
  const words = execFileSync('sh', [
    '-c',
    `set -- ${example?.command ?? ''}; for word; do printf '%s\\n' "$word"; done`,
  ]);
  t.deepEqual(words.toString().trimEnd().split('\n').slice(3), [
    '--item',
    'database-redis-small',
    '--set',
    'name=sessions',
    '--set',
    'basic.size=2',
    '--set',
    'basic.tier:="2"',
    '--set',
    `basic.reason=it's "odd"`,
    '--set',
    'basic.token=<secret>',
  ]);
});

test('a bundle is described by its components in the order in which they run', (t) => {
  const description = describeDocument(bundle, { items });
  t.deepEqual(
    description.components.map(({ id, mode, name }) => [id, mode, name]),
    [
      ['first', 'automatic', 'Redis cache'],
      ['second', 'automatic', 'Redis cache'],
    ],
  );
  t.is(description.components[0]?.steps.length, 1);
  const alone = describeDocument(bundle, { items: NO_ITEMS });
  t.deepEqual(
    alone.components.map(({ id, name }) => [id, name]),
    [
      ['second', undefined],
      ['first', undefined],
    ],
  );
  t.regex(documentMarkdown(alone), /not known here/);
});

test('a description is plain data', (t) => {
  for (const document of [item, bundle]) {
    const description = describeDocument(document, { items });
    t.deepEqual<unknown, unknown>(JSON.parse(JSON.stringify(description)), description);
  }
});

test('each action type says what it does', (t) => {
  const cases: readonly (readonly [type: string, config: string, does: RegExp])[] = [
    [
      'git-commit',
      '{"repository":"o/r","branch":"main","files":[{"path":"a.yaml"}],"createPullRequest":true}',
      /^Commits a\.yaml to o\/r on branch main, and opens a pull request$/,
    ],
    [
      'github-workflow',
      '{"repository":"o/r","workflowFile":"x.yml","ref":"main","waitForCompletion":true}',
      /^Runs the GitHub workflow x\.yml of o\/r at main, and waits/,
    ],
    [
      'terraform',
      '{"module":{"source":"s","version":"1"},"mode":"apply","approvePlan":true}',
      /^Applies the Terraform module s 1, after a person/,
    ],
    ['terraform', '{"files":[],"repository":"o/r"}', /^Writes Terraform files in o\/r$/],
    [
      'webhook',
      '{"url":"https://h","secretRef":"s","waitForCallback":true}',
      /^Sends a webhook to https:\/\/h, signed, and waits/,
    ],
    ['servicenow-request', '{"instance":"i","catalogItem":"c"}', /^Orders c in ServiceNow \(i\)$/],
    ['mainframe-job', '{}', /^Hands a mainframe-job task to the executors of the pool cobol$/],
    [
      'rest-api',
      '{"endpoint":{"url":"u","method":"GET"},"authentication":{"type":"bearer","secretRef":"s"},"poll":{"url":"p","until":"done"}}',
      /^Calls GET u, authenticated by bearer, then asks p until done$/,
    ],
  ];
  for (const [type, config, does] of cases) {
    const action = { type, id: 'a', config: JSON.parse(config), executor: 'cobol', idempotent: false };
    t.regex(describeStep(action).does, does);
  }
});

test('pages have a section for each thing that is said', (t) => {
  const markdown = documentMarkdown(describeDocument(item, { items, codeowners: ['@example/dba'] }));
  for (const part of [
    '# Redis cache\n',
    '> **Deprecated since 1.0.0.',
    '## What is asked',
    '| `basic.size`<br>Size (GB) | number | no | `1` | 1 to 64 | always |',
    '## What happens\n\n1. **Create it.** Calls POST',
    '## When automation fails',
    '## Approvals',
    '## Rules',
    '## Cost\n\nEUR a month: `2.5 + current.basic.size * 4`',
    'Costs 10.5 a month.',
    '```sh\ndevctl request submit \\\n  --item database-redis-small',
  ]) {
    t.true(markdown.includes(part), part);
  }
  t.regex(documentMarkdown(describeDocument(bundle, { items })), /### 1\. first: Redis cache[\s\S]*### 2\. second/);
  const index = indexMarkdown([bundle, item].map((document) => describeDocument(document, { items })));
  t.regex(
    index,
    /## bundles[\s\S]*\[Two caches\]\(bundle-cache-pair\.md\)[\s\S]*## databases[\s\S]*\*\*Deprecated\.\*\*/,
  );
});

test('texts of a document stay text in a page', (t) => {
  const markdown = documentMarkdown(describeDocument(documentOf(ALL_FIELDS), { items }));
  t.notRegex(markdown, /<(?!br>|\/?code>)/);
  t.false(markdown.includes('\u202e'));
  const hostile =
    '[click](http://evil.test) ![x](y) `code` *b* | cell | <b> # {% secret %} ~~s~~ www.evil.test\n\n# head';
  const text = ITEM.replace('name: Redis cache', `name: ${JSON.stringify(hostile)}`);
  const { document } = parseDocument(text, { path: 'item.yaml' });
  t.assert(document);
  const title = documentMarkdown(describeDocument(document ?? item, { items })).split('\n')[0];
  t.is(
    title,
    '# \\[click\\](http:\\//evil.test) !\\[x\\](y) \\`code\\` \\*b\\* &#124; cell &#124; &#60;b&#62; \\# &#123;% secret %&#125; \\~\\~s\\~\\~ www\\.evil.test \\# head',
  );
  t.true(EVIL.includes('<img'));
});
