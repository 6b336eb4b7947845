// @boundaries-ignore the code under test
import type { Escalation } from '../../../services/escalation/src/core/domain/escalation.ts';
// @boundaries-ignore the code under test
import type { Change } from '../../../services/request/src/core/domain/audit.ts';
// @boundaries-ignore the code under test
import type { Request, Task } from '../../../services/request/src/core/domain/request.ts';
import type { System } from '../run/run-seed.ts';
import type { Commit, History, TargetEffect } from '../world/history.ts';
import { TENANT } from '../world/tenant.ts';
import type { World } from '../world/world.ts';
import { partsOfKey } from './expectations.ts';

/** All that is left of a run when it is judged. */
export interface Facts {
  readonly history: History;
  readonly atRest: boolean;
  readonly requests: readonly Request[];
  readonly audit: ReadonlyMap<string, readonly Change[]>;
  readonly escalations: readonly Escalation[];
  readonly attempts: System['executorDatabase']['ledger']['attempts'];
  /** By task id. */
  readonly taskOf: ReadonlyMap<string, { readonly request: Request; readonly task: Task }>;
  readonly effectsOf: ReadonlyMap<string, readonly TargetEffect[]>;
  readonly commitsOf: ReadonlyMap<string, readonly Commit[]>;
}

export interface Judged extends System {
  readonly world: World;
  readonly atRest: boolean;
}

const grouped = <T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> => {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
};

export const collectFacts = async (judged: Judged): Promise<Facts> => {
  const { world, requestDatabase, executorDatabase, escalationDatabase, atRest } = judged;
  const requests = await requestDatabase.all();
  const audit = new Map<string, readonly Change[]>();
  for (const { id } of requests) audit.set(id, await requestDatabase.requests.reader.changesAfter(id, 0));
  const { history } = world;
  return {
    history,
    atRest,
    requests,
    audit,
    escalations: await escalationDatabase.list({ tenantId: TENANT, limit: 10_000 }),
    attempts: executorDatabase.ledger.attempts,
    taskOf: new Map(requests.flatMap((request) => request.tasks.map((task) => [task.id, { request, task }] as const))),
    effectsOf: grouped(history.effects, ({ key }) => partsOfKey(key).taskId),
    commitsOf: grouped(history.commits, ({ after }) => after.id),
  };
};
