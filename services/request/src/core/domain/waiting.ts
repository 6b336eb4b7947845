import type { Task } from './request.ts';

/** What a person said of what a task would do. */
export interface PlanDecision {
  readonly approved: boolean;
  /** E-mail address. */
  readonly by: string;
  readonly reason: string | null;
  readonly at: Date;
}

/**
 * What a task waits for while no worker does, after which its executor goes on by itself. `check`: it looks again from time to time;
 * `callback`: somebody calls the task's callback URL; `approval`: a person decides about what it would do.
 */
export interface WaitingFor {
  readonly kind: 'check' | 'callback' | 'approval';
  /** For people: `the run of deploy.yml in acme/infra`. */
  readonly what: string;
  /** Where people can look at it. */
  readonly url: string | null;
  readonly since: Date;
  /** When the executor gives up. */
  readonly until: Date;
  /** What would be done, as plain text; null but for an approval. */
  readonly details: string | null;
  /** Null as long as nobody has decided, and for what nobody decides about. */
  readonly decision: PlanDecision | null;
}

/** Its executor goes on with it by itself: neither a worker is at it nor do people have it. */
export const waitsAtExecutor = (task: Pick<Task, 'status' | 'waitingFor'>): boolean =>
  task.status === 'waiting' && task.waitingFor !== null;

/** Whether it is the same as before to whoever looks, so that nobody has to be told. */
export const isSameWait = (one: WaitingFor | null, other: WaitingFor): boolean =>
  one !== null &&
  one.kind === other.kind &&
  one.what === other.what &&
  one.url === other.url &&
  one.details === other.details &&
  one.until.getTime() === other.until.getTime();
