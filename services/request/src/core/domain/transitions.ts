/**
 * Where a request may go from each state. `failed` waits for a person; `completed` and `aborted` are final. An abort is
 * `aborting` for as long as an executor may be at one of its tasks, and `aborted` at once where none is.
 */
export const REQUEST_TRANSITIONS = {
  // `completed`, here and below: all that was left was skipped.
  submitted: ['awaiting-approval', 'processing', 'failed', 'aborting', 'aborted', 'completed'],
  'awaiting-approval': ['processing', 'failed', 'aborted'],
  processing: ['completed', 'failed', 'aborting', 'aborted'],
  // `processing` and `completed`: a late result settled the only stuck task.
  // `aborting`: other tasks of it were still under way.
  failed: ['retrying', 'aborting', 'aborted', 'escalating', 'processing', 'completed'],
  retrying: ['processing', 'completed', 'failed', 'aborting', 'aborted'],
  aborting: ['aborted'],
  escalating: ['escalated', 'completed'],
  escalated: ['completed', 'processing'],
  aborted: [],
  completed: [],
} as const satisfies Record<string, readonly string[]>;

export type RequestStatus = keyof typeof REQUEST_TRANSITIONS;

/** Where a task may go from each state. Back to `pending` only by a retry, with the next generation; the same step queues it. */
export const TASK_TRANSITIONS = {
  // `failed`: its configuration could not be rendered, so nothing was sent. `waiting`: escalated before it was sent.
  pending: ['queued', 'failed', 'waiting', 'skipped'],
  // `stuck`: its command came back too often without ever starting. `skipped`: its request was aborted.
  queued: ['processing', 'stuck', 'skipped'],
  processing: ['completed', 'failed', 'waiting', 'stuck'],
  waiting: ['completed', 'failed', 'stuck', 'processing'],
  // `completed` and `failed`: a late result of the same generation says what nobody knew.
  stuck: ['completed', 'failed', 'pending', 'waiting', 'skipped'],
  failed: ['pending', 'waiting', 'skipped'],
  completed: [],
  skipped: [],
} as const satisfies Record<string, readonly string[]>;

export type TaskStatus = keyof typeof TASK_TRANSITIONS;

export const mayRequestMove = (from: RequestStatus, to: RequestStatus): boolean =>
  (REQUEST_TRANSITIONS[from] as readonly string[]).includes(to);

export const mayTaskMove = (from: TaskStatus, to: TaskStatus): boolean =>
  (TASK_TRANSITIONS[from] as readonly string[]).includes(to);

/** Nothing changes a request in this state any more, whatever arrives. */
export const isFinal = (status: RequestStatus): boolean => REQUEST_TRANSITIONS[status].length === 0;
