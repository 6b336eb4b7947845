import type { Action, CatalogDocument, CatalogItem } from '@pao/documents';
// @boundaries-ignore the code under test
import { aBundle, anItem, aPublication } from '../../../services/request/test/documents.ts';

/** What can be requested in a run. The version stands in what is sent, so that a target sees which one was used. */

const rest = (
  id: string,
  version: string,
  { after, otherwise, ...action }: Partial<Action> & { readonly after?: string; readonly otherwise?: string },
): Action => ({
  type: 'rest-api',
  id,
  name: id,
  executor: 'default',
  idempotent: false,
  outputs: { [`${id}Id`]: 'body.id' },
  timeout: 10,
  ...action,
  config: {
    endpoint: {
      url: `https://platform.test/${action.idempotent === true ? 'idempotent' : 'plain'}/${id}`,
      method: 'POST',
    },
    body: {
      type: 'json',
      contentTemplate: JSON.stringify({
        name: '{{.current.name}}',
        version,
        ...(after !== undefined && {
          from: otherwise === undefined ? `{{.output.${after}}}` : `{{.output.${after} | default .${otherwise}}}`,
        }),
      }),
    },
  },
});

const ticket = (version: string): Action => ({
  type: 'jira-ticket',
  id: 'ticket',
  name: 'ticket',
  executor: 'default',
  idempotent: false,
  outputs: {},
  timeout: 10,
  config: { ticket: { project: 'SIM', summaryTemplate: `{{.current.name}} ${version}` } },
});

const staged = (version: string): Action => ({
  ...{ type: 'staged', id: 'staged', name: 'staged', executor: 'default', idempotent: false },
  outputs: { stagedId: 'id' },
  timeout: 10,
  config: { name: '{{.current.name}}', version, waitForCallback: true },
});

/** Two of three agree first, then one of two; nobody to what they asked for themselves. */
const APPROVALS: NonNullable<CatalogItem['fulfillment']['approvals']> = [
  { id: 'first', approvers: { teams: ['payments'], users: ['olga@example.test'] }, minimum: 2, expiresAfter: '4m' },
  { id: 'second', approvers: { users: ['olga@example.test', 'ada@example.test'] }, expiresAfter: '1h' },
];

const approved = (document: CatalogItem): CatalogItem => ({
  ...document,
  fulfillment: { ...document.fulfillment, approvals: APPROVALS },
  policy: { quota: { per: 'tenant', max: 2 } },
});

/** There may be one of it for each team. */
const scarce = (document: CatalogItem): CatalogItem => ({
  ...document,
  policy: { quota: { per: 'team', max: 1, resource: 'things' } },
});

const item = (id: string, version: string, actions: readonly Action[]): CatalogItem => anItem({ id, version, actions });

const documentsOf = (version: string): readonly CatalogDocument[] => [
  item('one', version, [rest('first', version, {})]),
  item('chain', version, [
    rest('first', version, {}),
    rest('second', version, { after: 'firstId' }),
    rest('third', version, { after: 'secondId' }),
  ]),
  item('repeatable', version, [
    rest('first', version, { idempotent: true }),
    rest('second', version, { after: 'firstId' }),
  ]),
  item('conditional', version, [
    rest('first', version, {}),
    rest('never', version, { when: "output.firstId == 'nobody'" }),
    rest('last', version, { after: 'firstId' }),
  ]),
  item('plain', version, [rest('first', version, {}), rest('second', version, {})]),
  // None but the last reads what another made, so one command brings several.
  item('independent', version, [
    ...['first', 'second', 'fourth', 'third'].map((id) => rest(id, version, {})),
    rest('last', version, { after: 'thirdId', otherwise: 'current.name' }),
  ]),
  approved(item('approved', version, [rest('first', version, {}), rest('second', version, { after: 'firstId' })])),
  item('ticket', version, [ticket(version), rest('second', version, { after: 'key' })]),
  item('staged', version, [staged(version), rest('second', version, { after: 'stagedId' })]),
  scarce(item('scarce', version, [rest('first', version, {}), rest('second', version, { after: 'firstId' })])),
  {
    ...aBundle(
      [
        { id: 'left', catalogItem: 'chain', dependsOn: [] },
        { id: 'right', catalogItem: 'plain', dependsOn: [] },
      ],
      'parallel',
    ),
    metadata: { id: 'bundle', name: 'bundle', description: 'Two at once', version },
  },
];

export const OFFERED = [
  ...[
    'one',
    'chain',
    'repeatable',
    'conditional',
    'plain',
    'independent',
    'approved',
    'ticket',
    'bundle',
    'scarce',
    'staged',
  ],
] as const;

const VERSIONS = ['1.0.0', '1.1.0', '1.2.0'] as const;

/** By revision, from 1. Made once: what the product works out of a document is kept beside it. */
export const PUBLICATIONS = VERSIONS.map((version, index) =>
  documentsOf(version).map((document) => aPublication(document, index + 1)),
);
