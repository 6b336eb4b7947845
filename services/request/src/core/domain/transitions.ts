/**
 * Where a request may go from each state. A request that is rolled back ends as `aborted`, with every undo among its tasks. `failed` waits for a person; `completed` and `aborted` are final. An abort is
 * `aborting` for as long as an executor may be at one of its tasks, and `aborted` at once where none is.
 */
export const REQUEST_TRANSITIONS = {
  // `completed`, here and below: all that was left was skipped.
  submitted: ['awaiting-approval', 'processing', 'failed', 'aborting', 'aborted', 'completed'],
  'awaiting-approval': ['processing', 'failed', 'aborted'],
  processing: ['completed', 'failed', 'aborting', 'aborted'],
  // `processing` and `completed`: a late result settled the only stuck task.
  // `aborting`: other tasks of it were still under way.
  // `rolling-back`: a person wants it undone, or an undo that had failed goes on; `aborted`: its last undo was settled.
  failed: ['retrying', 'rolling-back', 'aborting', 'aborted', 'escalating', 'processing', 'completed'],
  retrying: ['processing', 'completed', 'failed', 'aborting', 'aborted'],
  // `failed`: an undo failed or is stuck; what is left of them waits for a person.
  'rolling-back': ['failed', 'aborting', 'aborted'],
  aborting: ['aborted'],
  // `completed`, here and below: people completed all that was left. `aborted`: a person, or whoever declined a ticket.
  escalating: ['escalated', 'completed', 'aborted'],
  // `processing`, `rolling-back`: what is left was given back to the automation.
  escalated: ['completed', 'processing', 'rolling-back', 'aborted'],
  aborted: [],
  completed: [],
} as const satisfies Record<string, readonly string[]>;

export type RequestStatus = keyof typeof REQUEST_TRANSITIONS;

/** Where a task may go from each state. Back to `pending` only by a retry or a resume, with the next generation; the same step queues what is due. */
export const TASK_TRANSITIONS = {
  // `failed`: its configuration could not be rendered, so nothing was sent. `waiting`, here and below: for people, by an escalation.
  // `processing`: its command came with that of the task before it.
  pending: ['queued', 'processing', 'failed', 'waiting', 'skipped'],
  // `stuck`: its command came back too often without ever starting. `skipped`: its request was aborted.
  queued: ['processing', 'stuck', 'skipped'],
  processing: ['completed', 'failed', 'waiting', 'stuck'],
  // `pending`: given back to the automation. `skipped`: its request was aborted. `waiting`: for something else, or a person has decided.
  waiting: ['completed', 'failed', 'stuck', 'processing', 'pending', 'skipped', 'waiting'],
  // `completed` and `failed`: a late result of the same generation says what nobody knew.
  stuck: ['completed', 'failed', 'pending', 'waiting', 'skipped'],
  // `completed`: by hand.
  failed: ['pending', 'waiting', 'skipped', 'completed'],
  completed: [],
  skipped: [],
} as const satisfies Record<string, readonly string[]>;

export type TaskStatus = keyof typeof TASK_TRANSITIONS;

export const mayRequestMove = (from: RequestStatus, to: RequestStatus): boolean =>
  (REQUEST_TRANSITIONS[from] as readonly string[]).includes(to);

export const mayTaskMove = (from: TaskStatus, to: TaskStatus): boolean =>
  (TASK_TRANSITIONS[from] as readonly string[]).includes(to);

const FINAL: ReadonlySet<string> = new Set(
  Object.entries(REQUEST_TRANSITIONS).flatMap(([status, next]) => (next.length === 0 ? [status] : [])),
);

/** Nothing changes a request in this state any more, whatever arrives. False for what is no state of a request. */
export const isFinal = (status: string): boolean => FINAL.has(status);
