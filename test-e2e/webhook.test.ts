import { execFile } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { operations, type WebhookAnswer } from '@pao/contracts';
import { eventually } from '@pao/testkit';
import test from 'ava';
import { writeStepCatalog } from './harness/catalog.ts';
import { type Fleet, startFleet } from './harness/fleet.ts';
import { temporaryDirectory } from './harness/standalone.ts';
import { getData } from './harness/steps.ts';

const SECRET = 'the secret of this test';

let fleet: Fleet;
let directory: { path: string; remove(): Promise<void> };

const git = async (...args: readonly string[]): Promise<void> => {
  const author = ['-c', 'user.name=Test', '-c', 'user.email=test@example.test'];
  await promisify(execFile)('git', [...author, ...args], { cwd: directory.path });
};

const commit = async (message: string): Promise<void> => {
  await git('add', '--all');
  await git('commit', '--quiet', '--message', message);
};

test.before(async () => {
  directory = await temporaryDirectory();
  await writeStepCatalog(directory.path, '127.0.0.1:9');
  await git('init', '--quiet', '--initial-branch=main');
  await commit('first');
  const environment = { PAO_CATALOG_BRANCH: 'main', PAO_CATALOG_WEBHOOK_SECRETS: SECRET, PAO_AUTH: 'demo' };
  fleet = await startFleet({ catalog: `file://${directory.path}`, environment });
});

test.after.always(async () => {
  await fleet?.stop();
  await directory?.remove();
});

const deliver = async (secret: string): Promise<{ status: number; outcome: WebhookAnswer['outcome'] | undefined }> => {
  const body = JSON.stringify({ ref: 'refs/heads/main' });
  const response = await fetch(`${fleet.url}/api/v1/webhooks/github`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'push',
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
  });
  const { data } = (await response.json()) as { data?: WebhookAnswer };
  return { status: response.status, outcome: data?.outcome };
};

test.serial("GitHub's webhook passes the gateway by its signature alone, and the push is offered", async (t) => {
  const names = async () => (await getData(fleet, operations.listCatalog)).map(({ name }) => name);
  t.true((await names()).includes('1 steps'));
  const path = join(directory.path, 'catalog/testing/steps-1.yaml');
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace('name: 1 steps', 'name: Pushed steps'));
  await commit('second');
  t.deepEqual(await deliver('another secret altogether'), { status: 401, outcome: undefined });
  t.deepEqual(await deliver(SECRET), { status: 202, outcome: 'accepted' });
  await eventually(async () => (await names()).includes('Pushed steps'));
  const { deliveries } = await getData(fleet, operations.getCatalogSync);
  t.deepEqual(
    deliveries.map(({ event, outcome }) => `${event} ${outcome}`),
    ['push accepted'],
  );
});
