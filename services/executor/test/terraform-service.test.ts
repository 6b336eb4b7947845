import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryBus, createTopology, type OutgoingMessage } from '@pao/bus';
import { encodeMessage, resumeTaskV1 } from '@pao/contracts';
import { ledgerMigrations, type TaskCommand } from '@pao/executor-sdk';
import { commandOf, dataOf, messageOf, newId } from '@pao/executor-sdk/testing';
import type { JsonObject } from '@pao/kernel';
import { createLogger, createSealer } from '@pao/runtime';
import { testDatabase } from '@pao/testkit';
import anyTest, { type ExecutionContext } from 'ava';
import { createExecutorService, readExecutorConfig } from '../src/index.ts';
import { receiveEvents } from './support/events.ts';
import { sealedFor } from './support/sealed.ts';
import { hasTerraform } from './support/terraform.ts';

const test = hasTerraform ? anyTest.serial : anyTest.serial.skip;

const databaseUrl = await testDatabase({ schema: 'pao_executor', migrations: ledgerMigrations });
const dataKey = randomBytes(32);

/** The whole service on a real database, a bus in memory, and Terraform. */
const startService = async (t: ExecutionContext, variables: NodeJS.ProcessEnv = {}) => {
  const folder = await mkdtemp(join(tmpdir(), 'pao-terraform-test-'));
  const lines: string[] = [];
  const bus = createMemoryBus(createTopology());
  const config = readExecutorConfig({
    PATH: process.env['PATH'],
    DATABASE_URL: databaseUrl,
    PAO_PORT: '0',
    PAO_BUS_WAIT_SECONDS: '1',
    PAO_EXECUTOR_ANNOUNCE_MS: '60000',
    PAO_DATA_KEYS: `k1:${dataKey.toString('base64')}`,
    PAO_TERRAFORM_DIR: join(folder, 'runs'),
    PAO_TERRAFORM_STATE_DIR: join(folder, 'states'),
    PAO_SECRET_CLOUD: 'canary-of-the-cloud',
    ...variables,
  });
  const logger = createLogger({
    service: 'executor',
    level: 'debug',
    destination: { write: (line) => lines.push(line) },
  });
  const service = createExecutorService(config, { logger, bus });
  await service.start();
  t.teardown(async () => {
    await service.stop();
    await rm(folder, { recursive: true, force: true });
  });
  return { bus, lines, folder };
};

const contentTemplate = `
variable "name" {}
variable "password" {}
resource "terraform_data" "thing" { input = "\${var.name} \${var.password}" }
output "id" { value = terraform_data.thing.id }
output "echo" { value = terraform_data.thing.output }
`;

const configOf = (more: JsonObject): JsonObject => ({
  files: [{ path: 'main.tf', contentTemplate }],
  variables: { name: 'orders', password: 'canary-of-the-form' },
  env: { CLOUD_TOKEN: { secretRef: 'env:CLOUD' } },
  ...more,
});

const sealer = () => {
  const made = createSealer([{ id: 'k1', bytes: dataKey }]);
  if (made === undefined) throw new Error('no keys');
  return made;
};

/** A command whose form had a password in it. */
const commandFor = (more: JsonObject): TaskCommand => {
  const command = commandOf({ action: { type: 'terraform', timeoutSeconds: 60, outputs: { thing: 'id' } } });
  return sealedFor(command, sealer(), {
    config: configOf(more),
    secrets: ['canary-of-the-form'],
    members: ['variables'],
  });
};

const decision = (
  { requestId, taskId, generation, correlationId, tenantId }: TaskCommand,
  approved: boolean,
): OutgoingMessage => {
  const id = newId();
  const fields = { id, subject: requestId, time: new Date(), correlationId, tenantId };
  const answer = { kind: 'approval' as const, approved, by: 'alex', decidedAt: new Date().toISOString() };
  const data = { requestId, taskId, generation, actionType: 'terraform', answer };
  return {
    id,
    destination: 'queue:tasks-default',
    groupId: requestId,
    dedupId: id,
    type: resumeTaskV1.type,
    body: encodeMessage(resumeTaskV1, fields, data),
  };
};

const waitingIn = (event: Parameters<typeof dataOf>[0]) =>
  dataOf(event)['waitingFor'] as { readonly kind: string; readonly details: string };

test('a plan waits for a person, is applied once approved, and no secret is told anywhere', async (t) => {
  const { bus, lines, folder } = await startService(t);
  const command = commandFor({ approvePlan: true });
  const { requestId } = command;
  await bus.publish([messageOf(command)]);
  const [waiting] = await receiveEvents(bus, 1, { requestId });
  t.is(waiting?.type, 'task-waiting.v1');
  t.is(waitingIn(waiting).kind, 'approval');
  t.regex(
    waitingIn(waiting).details,
    /^Plan: 1 to add, 0 to change, 0 to destroy\.[^]*terraform_data\.thing will be created/,
  );
  t.deepEqual(await readdir(join(folder, 'runs')), []);
  await bus.publish([decision(command, true)]);
  const [ended] = await receiveEvents(bus, 1, { requestId });
  t.is(ended?.type, 'task-succeeded.v1', ended?.body);
  const { outputs } = dataOf(ended) as { readonly outputs: JsonObject };
  t.like(outputs, { plan: { add: 1, change: 0, destroy: 0 }, echo: 'orders [redacted]' });
  t.is(outputs['thing'], outputs['id']);
  const seen = [...lines, waiting?.body, ended?.body].join('\n');
  t.false(seen.includes('canary'));
  t.true(seen.includes('Creation complete'));
});

test('a plan that is rejected is not applied, and who said so is told', async (t) => {
  const { bus, folder } = await startService(t);
  const command = commandFor({ approvePlan: true });
  const { requestId } = command;
  await bus.publish([messageOf(command)]);
  await receiveEvents(bus, 1, { requestId });
  await bus.publish([decision(command, false)]);
  const [ended] = await receiveEvents(bus, 1, { requestId });
  t.is(ended?.type, 'task-failed.v1');
  t.like(dataOf(ended), { failure: { code: 'TERRAFORM_PLAN_REJECTED', evidence: { by: 'alex' } } });
  const files = await readdir(join(folder, 'states'), { recursive: true }).catch(() => []);
  t.false(files.some((name) => name.endsWith('.tfstate')));
});

test('a plan that needs nobody is applied in the same go', async (t) => {
  const { bus, lines } = await startService(t);
  const command = commandFor({});
  await bus.publish([messageOf(command)]);
  const [ended] = await receiveEvents(bus, 1, { requestId: command.requestId });
  t.is(ended?.type, 'task-succeeded.v1', ended?.body);
  t.true(lines.some((line) => line.includes('found Terraform')));
});

anyTest.serial('an executor without Terraform says so when it starts, and in what its tasks end with', async (t) => {
  const { bus, lines } = await startService(t, { PAO_TERRAFORM_BINARY: '/nonexistent/terraform' });
  t.true(
    lines.some((line) => line.includes('PAO_TERRAFORM_BINARY') && line.includes('"warn"')),
    lines.join(''),
  );
  const command = commandFor({});
  await bus.publish([messageOf(command)]);
  const [ended] = await receiveEvents(bus, 1, { requestId: command.requestId });
  t.is(ended?.type, 'task-failed.v1');
  t.like(dataOf(ended), { failure: { code: 'TERRAFORM_MISSING' } });
});
