/** Where a request may go from each state. `failed` waits for a person; `completed` and `aborted` are final. */
export const REQUEST_TRANSITIONS = {
  submitted: ['awaiting-approval', 'processing', 'failed', 'aborting'],
  'awaiting-approval': ['processing', 'failed', 'aborted'],
  processing: ['completed', 'failed', 'aborting'],
  // `processing` and `completed`: a late result settled the only stuck task.
  failed: ['retrying', 'aborted', 'escalating', 'processing', 'completed'],
  retrying: ['processing', 'failed', 'aborting'],
  aborting: ['aborted'],
  escalating: ['escalated', 'completed'],
  escalated: ['completed', 'processing'],
  aborted: [],
  completed: [],
} as const satisfies Record<string, readonly string[]>;

export type RequestStatus = keyof typeof REQUEST_TRANSITIONS;

/** Where a task may go from each state. Back to `queued` only by a person's decision, with the next generation. */
export const TASK_TRANSITIONS = {
  // `failed`: its configuration could not be rendered, so nothing was sent. `waiting`: escalated before it was sent.
  pending: ['queued', 'failed', 'waiting', 'skipped'],
  // `stuck`: its command came back too often without ever starting.
  queued: ['processing', 'stuck', 'skipped'],
  processing: ['completed', 'failed', 'waiting', 'stuck'],
  waiting: ['completed', 'failed', 'stuck', 'processing'],
  // `completed` and `failed`: a late result of the same generation says what nobody knew.
  stuck: ['completed', 'failed', 'queued', 'waiting', 'skipped'],
  failed: ['queued', 'waiting', 'skipped'],
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
