import test from 'ava';
import { createPostgresTaskLogs } from '../src/adapters/postgres/task-logs.ts';
import { decide } from '../src/core/domain/decide.ts';
import { evolve } from '../src/core/domain/evolve.ts';
import type { LogChunk } from '../src/core/domain/task-log.ts';
import { anItem, aPublication } from './documents.ts';
import { followUpStoreContract } from './follow-up-store.contract.ts';
import { AT, aChain, aRequest, commandOf, okValue, required, uuid } from './given.ts';
import { submission } from './request-store.contract.ts';
import { closeStores, openMemoryStores, openStores } from './stores.ts';

followUpStoreContract(test, 'memory', async () => openMemoryStores());

followUpStoreContract(test, 'postgres', () => openStores());

test.after.always(closeStores);

const chunkOf = (requestId: string, taskId: string, sequence: number): LogChunk => ({
  ...{ requestId, taskId, generation: 1, firstSequence: sequence, lastSequence: sequence, lineCount: 1, bytes: 10 },
  lines: [{ sequence, at: AT.toISOString(), level: 'info', message: `${sequence} of ${taskId}` }],
});

test('postgres: the lines of several attempts come with one version, of several requests at once, and none of what is refused', async (t) => {
  const { store, catalog, database } = await openStores();
  await catalog.publish(aPublication(anItem()));
  const logs = createPostgresTaskLogs(database);
  const told = [1, 2, 3].map((request) => {
    const tasks = aChain(2, { status: 'queued', queuedAt: AT }).map((task) => ({
      ...task,
      id: uuid(request * 100 + task.position),
    }));
    return { ...aRequest(tasks), id: uuid(request * 1_000), submissionId: uuid(request * 1_000) };
  });
  for (const request of told) await store.submit(submission([request]));
  const next = async (id: string, event: number, sequence: number) => {
    const before = required(await store.find(id));
    const after = okValue(decide(before, commandOf('start', before.tasks[0]))).reduce(evolve, before);
    const chunks = before.tasks.map((task) => chunkOf(id, task.id, sequence));
    const request = { ...after, version: before.version + 1 };
    return { event: uuid(event), before, version: { request, changes: [], messages: [], logs: chunks } };
  };
  const versions = await Promise.all(told.map(({ id }, index) => next(id, 5_000 + index, 1)));
  const late = await Promise.all(told.map(({ id }, index) => next(id, 6_000 + index, 2)));
  const save = (all: typeof versions) =>
    Promise.all(all.map(({ event, before, version }) => store.save(event, before, version)));
  t.deepEqual(await save(versions), ['saved', 'saved', 'saved']);
  t.deepEqual(await save(late), ['conflict', 'conflict', 'conflict']);
  for (const { id, tasks } of told) {
    const page = await logs.between(id, { logs: 0, audit: 0 });
    const lines = page.lines.filter(({ source }) => source === 'executor');
    t.deepEqual(
      lines.map(({ taskId, generation, line }) => [taskId, generation, line?.message]),
      tasks.map((task) => [task.id, 1, `1 of ${task.id}`]),
    );
  }
});
