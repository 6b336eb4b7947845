import { done, type IncomingMessage } from '@pao/bus';
import {
  catalogItemRetiredV1,
  encodeMessage,
  taskFailedV1,
  taskStartedV1,
  taskStuckV1,
  taskSucceededV1,
  taskWaitingV1,
} from '@pao/contracts';
import test from 'ava';
import { A_FAILURE, AT, later, uuid } from '../../../test/given.ts';
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

const line = (text: string) => ({ sequence: 1, at: AT.toISOString(), level: 'info' as const, message: text });
const first = { taskId: uuid(2), generation: 1 };
const second = { taskId: uuid(3), generation: 2 };
const third = { requestId: uuid(1), taskId: uuid(4), generation: 3 };
const [STARTED, ENDED] = [later(1_000), later(2_000)];
const startedAt = STARTED.toISOString();
const ended = { startedAt, finishedAt: ENDED.toISOString() };

const completedBefore = [
  { ...first, ...ended, outputs: { a: 'x\0y' }, externalRef: 'db\0-1', log: [line('one')] },
  { ...second, ...ended, outputs: {} },
];
const told = { ...third, completedBefore, log: [line('three')] };
const waitingFor = { kind: 'check' as const, what: 'the run', until: later(9_000).toISOString() };

const TELLING = [
  ['start', taskStartedV1, { ...third, completedBefore, startedAt }],
  ['complete', taskSucceededV1, { ...told, ...ended, outputs: {} }],
  ['fail', taskFailedV1, { ...told, ...ended, failure: A_FAILURE }],
  ['give-up', taskStuckV1, { ...told, reason: 'outcome-unknown', failure: A_FAILURE, detectedAt: startedAt }],
  ['park', taskWaitingV1, { ...told, waitingFor, outputs: {}, startedAt, since: startedAt }],
] as const;

for (const [kind, contract, data] of TELLING) {
  test(`what ${contract.type} tells of the tasks before comes with its report, and their lines with its own`, async (t) => {
    const { reports, handle } = setup();
    const body = encodeMessage(contract as typeof taskSucceededV1, fields, data as never);
    t.is(await handle(message(contract.type, body)), done);
    const [received] = reports;
    t.like(received?.report, { kind, taskId: third.taskId, generation: 3 });
    const times = { startedAt: STARTED, at: ENDED };
    t.deepEqual(received?.report.completedBefore, [
      { kind: 'complete', ...first, ...times, outputs: { a: 'x\ufffdy' }, externalRef: 'db\ufffd-1' },
      { kind: 'complete', ...second, ...times, outputs: {} },
    ]);
    const { requestId: _, ...attempt } = third;
    t.deepEqual(received?.logs, [
      { attempt: first, log: [line('one')] },
      ...(kind === 'start' ? [] : [{ attempt, log: [line('three')] }]),
    ]);
  });
}

test('a log before that is none takes nothing from the report, a task before that is none is not acknowledged', async (t) => {
  const { reports, handle } = setup();
  const telling = (before: unknown) => {
    const text = encodeMessage(taskSucceededV1, fields, { ...third, ...ended, outputs: {} });
    const envelope = JSON.parse(text) as { readonly data: object };
    return message(
      taskSucceededV1.type,
      JSON.stringify({ ...envelope, data: { ...envelope.data, completedBefore: before } }),
    );
  };
  const good = { ...first, ...ended, outputs: {} };
  t.is(await handle(telling([{ ...good, log: 'no lines' }])), done);
  t.is(reports[0]?.report.completedBefore?.length, 1);
  t.is(await handle(telling([])), done);
  t.false('completedBefore' in (reports[1]?.report ?? {}));
  const broken = [
    { ...good, generation: 'one' },
    { ...good, taskId: 'x' },
    { ...good, outputs: null },
    { ...good, startedAt: 'soon' },
    'rubbish',
    null,
  ];
  for (const one of broken) await t.throwsAsync(handle(telling([good, one])), undefined, JSON.stringify(one));
  for (const none of ['rubbish', {}, null]) await t.throwsAsync(handle(telling(none)));
  t.is(reports.length, 2);
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
