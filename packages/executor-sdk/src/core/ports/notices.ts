import type { TaskEvent } from '../domain/task-events.ts';

/** Tells of tasks that have no attempt yet. Throws TransientError while the store is away. */
export interface Notices {
  tell(event: TaskEvent): Promise<void>;
}
