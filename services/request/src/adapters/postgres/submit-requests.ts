import { outboxValues, type Queryable } from '@pao/postgres';
import type { AnswerKey, NextVersion, Submission } from '../../core/ports/request-store.ts';
import { approvalRows } from './approval-rows.ts';
import { auditRow, requestRow, stateRow, taskRow } from './request-rows.ts';
import { SUBMIT } from './request-statements.ts';

export type SubmitOutcome = 'stored' | 'catalog-changed' | 'answered';

const keyText = ({ tenantId, principal, route, key }: AnswerKey): string =>
  JSON.stringify([tenantId, principal, route, key]);

/**
 * Stores submissions together. Of those with one key the first is tried: when it is stored, the others find it answered; when it is
 * not, neither are they.
 */
export const submitAll =
  (database: Queryable) =>
  async (all: readonly Submission[]): Promise<readonly SubmitOutcome[]> => {
    const firstOf = new Map<string, Submission>();
    const tried = all.map((submission) => {
      const key = submission.answer && keyText(submission.answer.key);
      const first = (key !== undefined && firstOf.get(key)) || submission;
      if (key !== undefined) firstOf.set(key, first);
      return first;
    });
    const rows = await database.query<{ submission: string; outcome: SubmitOutcome }>({
      ...SUBMIT,
      values: valuesOf(all.filter((submission, index) => submission === tried[index])),
    });
    const outcomes = new Map(rows.map(({ submission, outcome }) => [submission, outcome]));
    return all.map((submission, index) => {
      const first = tried[index] ?? submission;
      const outcome = outcomes.get(first.id) ?? 'answered';
      return outcome === 'stored' && first !== submission ? 'answered' : outcome;
    });
  };

const valuesOf = (all: readonly Submission[]): unknown[] => {
  const versions = all.flatMap(({ requests }) => requests);
  const rows = <T>(of: (version: NextVersion) => T | readonly T[]): string => JSON.stringify(versions.flatMap(of));
  return [
    JSON.stringify(all.flatMap(documentRows)),
    JSON.stringify(all.flatMap(keyRows).toSorted(byKey)),
    rows(({ request }) => requestRow(request)),
    rows(({ request }) => stateRow(request)),
    rows(({ request }) => request.tasks.map((task) => taskRow(request.id, task))),
    rows(({ request, changes }) => changes.map((change) => auditRow(request.id, change))),
    rows(({ request }) => approvalRows(request)),
    ...outboxValues(versions.flatMap(({ messages }) => messages)),
  ];
};

const documentRows = (submission: Submission) =>
  submission.documents.map(({ id, hash }) => ({ submission: submission.id, id, hash }));

const keyRows = (submission: Submission) => {
  const { answer } = submission;
  if (!answer) return [];
  const { tenantId: tenant_id, principal, route, key } = answer.key;
  return [{ submission: submission.id, tenant_id, principal, route, key, ...answer.stored }];
};

type KeyRow = ReturnType<typeof keyRows>[number];

/** Two processes that take the same keys take them in the same order, so that they can't wait for each other in a circle. */
const byKey = (a: KeyRow, b: KeyRow): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
