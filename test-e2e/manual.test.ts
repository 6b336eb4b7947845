import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { operations, type RequestDetails } from '@pao/contracts';
import { eventually } from '@pao/testkit';
import test from 'ava';
import { type RestTarget, startRestTarget } from './harness/rest-target.ts';
import { type Standalone, startStandalone, temporaryDirectory } from './harness/standalone.ts';
import { getData, submit, untilAtRest } from './harness/steps.ts';

// A bundle whose first component people do by hand: the second goes on with what they give.

const head = (kind: string, id: string): string => `schemaVersion: catalog/v1
kind: ${kind}
metadata:
  id: ${id}
  name: ${id}
  description: What people do first and automation goes on with, which is what the end-to-end tests ask for.
  version: 1.0.0
  ${kind === 'CatalogItem' ? 'category: testing\n  ' : ''}owner: { team: testing, contact: testing@example.test }
`;

const FORM = `input:
  form:
    name: Name
    type: string
    required: true
    validation: { pattern: "^[a-z][a-z0-9-]{1,60}$" }
    groups: []
`;

const ticket = (wait: boolean) => `
      - type: jira-ticket
        config:
          waitForResolution: ${wait}
          ticket: { project: TEST, summaryTemplate: "Set up {{.current.name}}" }
        outputs: { share: share }`;

const byHand = `${head('CatalogItem', 'testing-by-hand')}${FORM}fulfillment:
  strategy: { mode: manual }
  manual:
    actions:${ticket(true)}
`;

const automatic = (host: string) => `${head('CatalogItem', 'testing-mount')}${FORM}fulfillment:
  strategy: { mode: automatic }
  manual:
    actions:${ticket(false)}
  automatic:
    actions:
      - type: rest-api
        id: mount
        config:
          endpoint: { url: "http://${host}/mount", method: POST }
          body: { type: json, contentTemplate: '{"share": "{{.output.share}}", "ticket": "{{.output.key}}"}' }
`;

const bundle = `${head('CatalogBundle', 'bundle-share')}components:
  - { id: share, catalogItem: testing-by-hand, dependsOn: [] }
  - { id: mount, catalogItem: testing-mount, dependsOn: [share] }
${FORM}`;

let system: Standalone;
let target: RestTarget;
let directory: { path: string; remove(): Promise<void> };

test.before(async () => {
  directory = await temporaryDirectory();
  target = await startRestTarget(() => ({ delayMs: 0 }));
  const catalog = join(directory.path, 'catalog');
  const files = {
    'catalog/testing/by-hand.yaml': byHand,
    'catalog/testing/mount.yaml': automatic(target.host),
    'bundles/share.yaml': bundle,
  };
  for (const folder of ['catalog/testing', 'bundles']) await mkdir(join(catalog, folder), { recursive: true });
  for (const [path, content] of Object.entries(files)) await writeFile(join(catalog, path), content);
  system = await startStandalone({
    dataDirectory: join(directory.path, 'data'),
    sharesDatabaseServer: true,
    environment: { PAO_CATALOG: catalog, PAO_EGRESS_ALLOW: target.host },
  });
});

test.after.always(async () => {
  await system?.kill();
  await target?.close();
  await directory?.remove();
});

const read = (id: string): Promise<RequestDetails> => getData(system, operations.getRequest, { params: { id } });

/** The request once its first task waits for its ticket. */
const waiting = async (name: string): Promise<RequestDetails> => {
  const [id = ''] = await submit(system, [{ bundle: 'bundle-share', input: { name } }]);
  return eventually(async () => {
    const request = await read(id);
    return request.tasks[0]?.status === 'waiting' && request;
  });
};

/** What a person does on the sandbox's page of a ticket. */
const close = async ({ tasks }: RequestDetails, transition: string, outputs = ''): Promise<void> => {
  const body = new URLSearchParams({ transition, outputs });
  const response = await fetch(tasks[0]?.ticket?.url ?? '', { method: 'POST', body, redirect: 'manual' });
  if (response.status !== 303) throw new Error(`the page answered ${response.status}`);
};

test.serial('what people do by hand is waited for, and automation goes on with what they give', async (t) => {
  const request = await waiting('orders');
  t.deepEqual(
    request.tasks.map(({ status }) => status),
    ['waiting', 'pending'],
  );
  await close(request, '31', 'share: fs-orders');
  const done = await untilAtRest(system, request.id);
  t.is(done.status, 'completed');
  t.like(done.tasks[0]?.outputs, { share: 'fs-orders', key: request.tasks[0]?.ticket?.key });
  const call = target.calls.find(({ path }) => path === '/mount');
  t.deepEqual(JSON.parse(call?.body ?? ''), { share: 'fs-orders', ticket: request.tasks[0]?.ticket?.key });
});

test.serial('a ticket that is declined fails its task, and a retry asks people anew', async (t) => {
  const request = await waiting('payments');
  await close(request, '41');
  const failed = await untilAtRest(system, request.id);
  t.is(failed.status, 'failed');
  t.is(failed.tasks[0]?.failure?.code, 'TICKET_DECLINED');
  await getData(system, operations.retryRequest, { params: { id: request.id }, body: {} });
  const again = await eventually(async () => {
    const now = await read(request.id);
    return now.tasks[0]?.status === 'waiting' && now;
  });
  t.not(again.tasks[0]?.ticket?.key, request.tasks[0]?.ticket?.key);
  await getData(system, operations.abortRequest, { params: { id: request.id }, body: {} });
  t.is((await untilAtRest(system, request.id)).status, 'aborted');
  await eventually(async () => (await (await fetch(again.tasks[0]?.ticket?.url ?? '')).text()).includes('was aborted'));
});
