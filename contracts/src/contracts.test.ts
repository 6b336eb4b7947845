import { readdir, readFile } from 'node:fs/promises';
import test from 'ava';
import { generatedFiles } from './generate/files.ts';
import {
  decodeMessage,
  encodeMessage,
  messages,
  type Operation,
  operations,
  submitRequests,
  taskStartedV1,
} from './index.ts';

const ID = '019381d0-7c4e-7000-8000-000000000001';
const generated = new URL('../generated/', import.meta.url);

const encodeStarted = (): string =>
  encodeMessage(
    taskStartedV1,
    { id: ID, subject: ID, time: new Date(0), correlationId: 'c', tenantId: 'default' },
    { requestId: ID, taskId: ID, generation: 1, startedAt: new Date(0).toISOString() },
  );

test('the generated files are current and there are no others (npm run generate)', async (t) => {
  const files = generatedFiles();
  for (const [path, content] of files)
    t.is(await readFile(new URL(path, generated), 'utf8').catch(() => ''), content, path);
  const found = (await readdir(generated, { recursive: true })).filter((path) => path.endsWith('.json'));
  t.deepEqual(found.toSorted(), [...files.keys()].toSorted());
});

test('a message reads back as it was written, without members it does not know', (t) => {
  const text = encodeStarted().replace('"generation"', '"added":{"later":true},"generation"');
  const { data, ...envelope } = decodeMessage(taskStartedV1, text);
  t.deepEqual(data, { requestId: ID, taskId: ID, generation: 1, startedAt: '1970-01-01T00:00:00.000Z' });
  t.like(envelope, { specversion: '1.0', source: '/pao/executor', type: 'task-started.v1', subject: ID });
});

test('a message that breaks its contract is refused', (t) => {
  t.throws(() => decodeMessage(taskStartedV1, encodeStarted().replace('"generation":1', '"generation":0')));
  t.throws(() => decodeMessage(taskStartedV1, encodeStarted().replace('task-started.v1', 'task-stuck.v1')));
  t.throws(() => decodeMessage(taskStartedV1, '{'));
});

test('message types and operation ids are unique, and each operation stands under its own id', (t) => {
  t.is(new Set(messages.map((message) => message.type)).size, messages.length);
  for (const [id, operation] of Object.entries<Operation>(operations)) t.is(operation.id, id);
});

test('a submission names an item or a bundle, and has between one and a hundred entries', (t) => {
  const entry = { schemaVersion: 'catalog/v1', catalogItemId: 'a-b', input: {} };
  const accepts = (items: unknown): boolean => submitRequests.body.safeParse({ items }).success;
  t.true(accepts([entry]));
  t.true(accepts(Array.from({ length: 100 }, () => entry)));
  t.false(accepts([]));
  t.false(accepts(Array.from({ length: 101 }, () => entry)));
  t.false(accepts([{ ...entry, bundleId: 'c' }]));
  t.false(accepts([{ schemaVersion: 'catalog/v1', input: {} }]));
  t.false(accepts([{ ...entry, surprise: 1 }]));
});
