import type { NewId } from '@pao/kernel';
import type { NeededApproval } from './approval.ts';
import { createApprovals } from './needed-approvals.ts';
import type { Plan } from './plan.ts';
import type { Request, RequestFacts, Task } from './request.ts';
import { statusOf } from './status.ts';

export type NewRequest = Omit<RequestFacts, 'id' | 'kind' | 'catalog' | 'name' | 'input'> & {
  readonly approvals?: readonly NeededApproval[];
};

/** A request as it is before anything has happened: every task pending. */
export const createRequest = (plan: Plan, { approvals = [], ...facts }: NewRequest, newId: NewId): Request => {
  const id = newId();
  const tasks = plan.tasks.map(
    ({ component, catalog, action, dependsOn }, index): Task => ({
      id: newId(),
      position: index + 1,
      component,
      catalog,
      actionId: action.id,
      type: action.type,
      name: action.name ?? action.id,
      executor: action.executor,
      dependsOn,
      status: 'pending',
      generation: 1,
      outputs: {},
      externalRef: null,
      followUpOf: null,
      rollbackOf: null,
      byHand: false,
      failure: null,
      stuck: null,
      ticket: null,
      waitingFor: null,
      calledBackAt: null,
      queuedAt: null,
      startedAt: null,
      finishedAt: null,
    }),
  );
  const { kind, main: catalog, name, input } = plan;
  return {
    ...facts,
    id,
    kind,
    catalog,
    name,
    input,
    status: statusOf(null, tasks),
    decision: null,
    escalationRound: 0,
    updatedAt: facts.createdAt,
    version: 1,
    audit: { sequence: 0, hash: '' },
    tasks,
    approvals: createApprovals(approvals, newId),
  };
};
