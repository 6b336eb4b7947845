import { err, ok, type Result } from '@pao/kernel';
import { isSamePerson } from './approval.ts';
import type { RequestEvent } from './decide.ts';
import { looksAfterAll, type Person } from './may-decide.ts';
import type { Request, Task } from './request.ts';

/** What a person says of what one task would do. */
export interface PlanVote {
  readonly taskId: string;
  readonly approved: boolean;
  readonly reason: string | null;
  readonly by: Person;
  readonly at: Date;
  /** The team that owns the item whose action it is. */
  readonly ownerTeam: string | undefined;
}

export type PlanVoteRefusal =
  | { readonly kind: 'unknown-task' | 'own-request' | 'not-approver' }
  | { readonly kind: 'not-waiting'; readonly task: Task }
  | { readonly kind: 'decided-before'; readonly by: string };

/** What the decision does to a request: the task goes on waiting until its executor has heard of it. Pure. */
export const decidePlan = (request: Request, vote: PlanVote): Result<readonly RequestEvent[], PlanVoteRefusal> => {
  const { taskId, approved, reason, by, at } = vote;
  const task = request.tasks.find(({ id }) => id === taskId);
  if (!task) return err({ kind: 'unknown-task' });
  if (!mayDecidePlan(vote)) return err({ kind: 'not-approver' });
  if (isSamePerson(request.requester, by)) return err({ kind: 'own-request' });
  const { waitingFor } = task;
  const isWaiting = task.status === 'waiting' && waitingFor?.kind === 'approval' && request.status !== 'aborting';
  if (!isWaiting) return err({ kind: 'not-waiting', task });
  if (waitingFor.decision) return err({ kind: 'decided-before', by: waitingFor.decision.by });
  const decision = { approved, by: by.email, reason, at };
  return ok([{ kind: 'task-plan-decided', position: task.position, at, decision }]);
};

const mayDecidePlan = ({ by, ownerTeam }: PlanVote): boolean =>
  looksAfterAll(by) || by.roles.includes('approver') || (ownerTeam !== undefined && by.teams.includes(ownerTeam));
