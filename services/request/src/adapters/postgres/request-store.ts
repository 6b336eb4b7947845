import { type Database, outboxValues } from '@pao/postgres';
import type { AnswerKey, NextVersion, RequestStore, StoredAnswer, Submission } from '../../core/ports/request-store.ts';
import { auditRow, type RequestRow, requestRow, stateRow, taskChangeRow, taskRow, toRequest } from './request-rows.ts';
import { FIND, FIND_ANSWER, SAVE, SUBMIT, SUBMIT_ONCE } from './request-statements.ts';

/** Requests in Postgres. Every write is one statement, every read another. */
export const createPostgresRequestStore = (database: Database): RequestStore => ({
  submit: async (submission) => {
    const { answer } = submission;
    const values = submissionValues(submission);
    const statement = answer
      ? { ...SUBMIT_ONCE, values: [...values, ...answerValues(answer.key, answer.stored)] }
      : { ...SUBMIT, values };
    const [row] = await database.query<{ is_current: boolean; admitted: boolean }>(statement);
    if (row?.admitted) return 'stored';
    return row?.is_current ? 'answered' : 'catalog-changed';
  },
  findAnswer: async (key) => {
    const [row] = await database.query<StoredAnswer>({ ...FIND_ANSWER, values: keyValues(key) });
    return row;
  },
  find: async (id) => {
    const [row] = await database.query<RequestRow>({ ...FIND, values: [id] });
    return row && toRequest(row);
  },
  save: async (eventId, before, next) => {
    const { request, changes, messages } = next;
    const state = stateRow(request);
    const changed = request.tasks.filter((task, index) => task !== before.tasks[index]);
    const [row] = await database.query<{ moved: boolean; handled: boolean }>({
      ...SAVE,
      values: [
        eventId,
        request.id,
        before.version,
        state.status,
        state.decision,
        state.completed_tasks,
        state.audit_sequence,
        request.audit.hash,
        state.updated_at,
        JSON.stringify(changed.map(taskChangeRow)),
        JSON.stringify(changes.map((change) => auditRow(request.id, change))),
        ...outboxValues(messages),
      ],
    });
    if (row?.moved) return 'saved';
    return row?.handled ? 'handled' : 'conflict';
  },
});

const submissionValues = ({ documents, requests }: Submission): unknown[] => {
  const rows = <T>(of: (version: NextVersion) => T): string => JSON.stringify(requests.map(of));
  return [
    documents.map(({ id }) => id),
    documents.map(({ hash }) => hash),
    rows(({ request }) => requestRow(request)),
    rows(({ request }) => stateRow(request)),
    JSON.stringify(requests.flatMap(({ request }) => request.tasks.map((task) => taskRow(request.id, task)))),
    JSON.stringify(requests.flatMap(({ request, changes }) => changes.map((change) => auditRow(request.id, change)))),
    ...outboxValues(requests.flatMap(({ messages }) => messages)),
  ];
};

const keyValues = ({ tenantId, principal, route, key }: AnswerKey): unknown[] => [tenantId, principal, route, key];

const answerValues = (key: AnswerKey, { fingerprint, status, body }: StoredAnswer): unknown[] => [
  ...keyValues(key),
  fingerprint,
  status,
  body,
];
