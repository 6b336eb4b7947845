import { done, type IncomingMessage } from '@pao/bus';
import { catalogItemRetiredV1, encodeMessage, taskSucceededV1 } from '@pao/contracts';
import test from 'ava';
import { AT, uuid } from '../../../test/given.ts';
import type { ReceivedReport } from '../../core/use-cases/record-report.ts';
import { createMemoryCatalogStore } from '../memory/catalog-store.ts';
import { createInbox } from './inbox.ts';

const setup = () => {
  const reports: ReceivedReport[] = [];
  const projection = createMemoryCatalogStore();
  const record = async (received: ReceivedReport) => {
    reports.push(received);
  };
  const ignore = async () => undefined;
  const handlers = {
    record,
    recordProgress: ignore,
    recordTicket: ignore,
    recordAnnouncement: async () => {},
    projection,
  };
  return { reports, projection, handle: createInbox(handlers) };
};

const message = (type: string, body: string): IncomingMessage => ({
  messageId: 'm',
  groupId: uuid(1),
  dedupId: 'd',
  type,
  body,
  receiveCount: 1,
  sentAt: AT,
});

const fields = { id: uuid(9), subject: uuid(1), time: AT, correlationId: 'correlation-1', tenantId: 'default' };

test('a report is recorded under its event’s id, with what can’t be stored replaced', async (t) => {
  const { reports, handle } = setup();
  const times = { startedAt: AT.toISOString(), finishedAt: AT.toISOString() };
  const attempt = { requestId: uuid(1), taskId: uuid(2), generation: 3 };
  const body = encodeMessage(taskSucceededV1, fields, { ...attempt, ...times, outputs: { a: 'x\0y' } });
  t.is(await handle(message('task-succeeded.v1', body)), done);
  t.like(reports[0], { eventId: uuid(9), requestId: uuid(1), context: { correlationId: 'correlation-1' } });
  t.deepEqual(reports[0]?.report, {
    kind: 'complete',
    taskId: uuid(2),
    generation: 3,
    startedAt: AT,
    at: AT,
    outputs: { a: 'x\ufffdy' },
  });
});

test('a message of the catalog goes to the projection', async (t) => {
  const { reports, projection, handle } = setup();
  await projection.recordSync({ revision: 4, documents: 0 });
  const body = encodeMessage(catalogItemRetiredV1, fields, { id: 'a', revision: 4, commit: 'c' });
  t.is(await handle(message('catalog-item-retired.v1', body)), done);
  t.true(await projection.hasCaughtUp());
  t.is(reports.length, 0);
});

test('what is unknown or broken is not acknowledged', async (t) => {
  const { handle } = setup();
  await t.throwsAsync(handle(message('task-progressed.v9', '{}')), { message: /no handler/ });
  await t.throwsAsync(handle(message('task-succeeded.v1', '{"not": "ours"}')));
  await t.throwsAsync(handle(message('task-succeeded.v1', 'no json')));
});
