import type { RequestStatus, TaskStatus } from './transitions.ts';

/**
 * What people decided about a request, as far as it still shapes its state. `proceed`: somebody let it go on (approval, a retry
 * that has started, a hand-back). Null: nobody had to decide anything.
 */
export type Decision =
  | 'awaiting-approval'
  | 'proceed'
  | 'retrying'
  | 'aborting'
  | 'aborted'
  | 'escalating'
  | 'escalated'
  | null;

const hasFailed = (status: TaskStatus): boolean => status === 'failed' || status === 'stuck';
/** Nothing is left to do of it, and what waits for it may go. */
export const isOver = (status: TaskStatus): boolean => status === 'completed' || status === 'skipped';
const hasBegun = (status: TaskStatus): boolean => status !== 'pending' && status !== 'queued';

/** The state of a request: a function of what people decided and of the states of its tasks, and of nothing else. */
export const statusOf = (decision: Decision, tasks: readonly { readonly status: TaskStatus }[]): RequestStatus => {
  if (decision === 'aborted' || decision === 'aborting' || decision === 'awaiting-approval') return decision;
  if (tasks.every(({ status }) => isOver(status))) return 'completed';
  if (decision === 'escalating' || decision === 'escalated') return decision;
  if (tasks.some(({ status }) => hasFailed(status))) return 'failed';
  if (decision === 'retrying') return 'retrying';
  if (decision === 'proceed' || tasks.some(({ status }) => hasBegun(status))) return 'processing';
  return 'submitted';
};

/** New tasks are queued only in these states: in all others the request has ended or waits for a person. */
export const isRunning = (status: RequestStatus): boolean =>
  status === 'submitted' || status === 'processing' || status === 'retrying';
