import type { AnnouncedActionType, PlannedTask } from '@pao/contracts';
import { actionInWords, actionPromises, announcedPlan, asDeclared, isBuiltIn, withUnknowns } from '@pao/documents';
import type { TaskView } from './plan-view.ts';
import type { Pool } from './pools.ts';

export type TaskWords = Pick<PlannedTask, 'summary' | 'idempotency' | 'waits'>;

/**
 * What people read of a task before it is asked for. It has no part in the digest: an executor that words itself anew changes no plan.
 */
export const wordsOf = ({ planned: { action }, runs, payload }: TaskView, pools: readonly Pool[]): TaskWords => {
  const config = payload ?? withUnknowns(action.config);
  const isCarriedOut = runs === 'yes' || runs === 'later';
  if (isBuiltIn(action.type)) {
    const { idempotency, waits } = actionPromises({ ...action, config }) ?? UNKNOWN;
    return { summary: isCarriedOut ? readable(actionInWords({ ...action, config })) : null, idempotency, waits };
  }
  const announced = announcedBy(pools, action.executor, action.type);
  if (announced === undefined) return { summary: null, ...UNKNOWN };
  const { plan = announced.summary, idempotency } = announced;
  const summary = isCarriedOut ? readable(announcedPlan(plan, config)) : '';
  return {
    summary: summary === '' ? null : summary,
    idempotency: asDeclared(idempotency, action.idempotent),
    waits: null,
  };
};

/** What stands for an output is escaped within a URL, as its value will be. */
const ESCAPED = /%E2%80%B9((?:[A-Za-z0-9_.-]|%20)*)%E2%80%BA/g;

const readable = (text: string): string =>
  text.replaceAll(ESCAPED, (_, name: string) => `‹${name.replaceAll('%20', ' ')}›`);

const UNKNOWN = { idempotency: null, waits: null };

const announcedBy = (pools: readonly Pool[], executor: string, type: string): AnnouncedActionType | undefined =>
  pools.find(({ name }) => name === executor)?.actionTypes.find((one) => one.type === type);
