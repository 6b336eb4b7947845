import type { JsonObject } from '@pao/kernel';
import test from 'ava';
import { placeTarget } from './action-targets.ts';

const files = (path: string): JsonObject => ({ files: [{ path, contentTemplate: '' }] });

const CASES: readonly (readonly [type: string, place: string, target: string | undefined, config?: JsonObject])[] = [
  ['rest-api', '/endpoint/url', 'url'],
  ['rest-api', '/poll/url', 'url'],
  ['rest-api', '/headers/X-A', 'header'],
  ['rest-api', '/query/a', 'plain'],
  ['rest-api', '/body/contentTemplate', 'json', { body: { type: 'json' } }],
  ['rest-api', '/body/contentTemplate', 'plain', { body: { type: 'text' } }],
  ['rest-api', '/body/contentTemplate', undefined, { body: { type: 'form-urlencoded' } }],
  ['rest-api', '/body/contentTemplate', undefined, { body: { type: 'form-data' } }],
  ['rest-api', '/body/contentTemplate/a/0', 'value', { body: { type: 'form-data' } }],
  ['jira-ticket', '/ticket/summaryTemplate', 'plain'],
  ['jira-ticket', '/descriptionTemplate', 'jira-adf-text'],
  ['jira-ticket', '/labels/0', 'plain'],
  ['jira-ticket', '/customFields/a', 'value'],
  ['webhook', '/url', 'url'],
  ['webhook', '/payloadTemplate', 'json'],
  ['webhook', '/payloadTemplate/a', 'value'],
  ['git-commit', '/branch', 'git-ref'],
  ['git-commit', '/files/0/path', 'path'],
  ['git-commit', '/files/0/contentTemplate', 'json', files('a/b.json')],
  ['git-commit', '/files/0/contentTemplate', 'yaml', files('a/b.yaml')],
  ['git-commit', '/files/0/contentTemplate', 'plain', files('README.md')],
  ['terraform', '/files/0/contentTemplate', 'hcl', files('main.tf')],
  ['terraform', '/files/0/contentTemplate', undefined, files('main.tf.json')],
  ['terraform', '/variables/a', 'value'],
  ['github-workflow', '/ref', 'git-ref'],
  ['github-workflow', '/inputs/a', 'plain'],
  ['servicenow-request', '/variables/a', 'value'],
  ['another-team', '/anything', 'value'],
];

test('each place of each action type has its target, or a reason why no value can stand there', (t) => {
  for (const [type, place, target, config = {}] of CASES) {
    const found = placeTarget({ type, config }, place);
    if (target === undefined) t.true('refusal' in found, `${type} ${place}`);
    else t.deepEqual(found, { target } as typeof found, `${type} ${place}`);
  }
});
