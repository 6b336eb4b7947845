// @boundaries-ignore the code under test
import type { Request } from '../../../services/request/src/core/domain/request.ts';
// @boundaries-ignore the code under test
import type { VoteCommand } from '../../../services/request/src/core/use-cases/decide-approval.ts';
import type { Life } from '../engine/scheduler.ts';
import { callApi } from './api.ts';
import { context, OPERATOR, PEOPLE } from './persons.ts';
import type { RequestApi } from './request-process.ts';
import { TENANT } from './tenant.ts';
import type { World } from './world.ts';

interface Parts {
  readonly world: World;
  readonly apis: () => readonly RequestApi[];
}

/** Anybody's vote, theirs to give or not. */
export const vote = async ({ world, apis }: Parts, life: Life, { approvals }: Request): Promise<void> => {
  const { random } = world;
  const waiting = approvals.find(({ state }) => state === 'waiting');
  if (waiting === undefined) return;
  const by = random.pick(PEOPLE);
  const command: VoteCommand = {
    kind: random.chance(0.9) ? 'approve' : 'reject',
    approvalId: waiting.id,
    by,
    comment: null,
    tenantId: TENANT,
    context: context(by),
    ...(random.chance(0.5) && { idempotency: { key: `vote-${by.id}`, fingerprint: waiting.id } }),
  };
  const calls = random.chance(0.3) ? 2 : 1;
  await Promise.all(Array.from({ length: calls }, () => callApi(world, life, apis, (api) => api.vote(command))));
};

/** Agrees to what a task would do, or does not. */
export const agree = async ({ world, apis }: Parts, life: Life, request: Request): Promise<void> => {
  const { random, history, scheduler } = world;
  const task = request.tasks.find(({ waitingFor }) => waitingFor?.kind === 'approval');
  if (task === undefined || random.chance(0.3)) return;
  const by = random.chance(0.7) ? OPERATOR : random.pick(PEOPLE);
  const approved = random.chance(0.85);
  history.agreements.push({ taskId: task.id, approved, at: scheduler.now });
  const calls = random.chance(0.3) ? 2 : 1;
  await Promise.all(
    Array.from({ length: calls }, () =>
      callApi(world, life, apis, (api) =>
        api.decideTask({
          ...{ requestId: request.id, tenantId: TENANT, taskId: task.id, by, approved, reason: null },
          context: context(by),
        }),
      ),
    ),
  );
};
