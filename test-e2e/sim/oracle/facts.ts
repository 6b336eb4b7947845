// @boundaries-ignore the code under test
import type { Escalation } from '../../../services/escalation/src/core/domain/escalation.ts';
// @boundaries-ignore the code under test
import type { Handover } from '../../../services/escalation/src/core/domain/tickets/handover.ts';
// @boundaries-ignore the code under test
import type { Change } from '../../../services/request/src/core/domain/audit.ts';
// @boundaries-ignore the code under test
import type { Request, Task } from '../../../services/request/src/core/domain/request.ts';
// @boundaries-ignore the code under test
import type { QuotaUsage } from '../../../services/request/src/core/ports/quotas.ts';
import type { System } from '../run/run-seed.ts';
import type { Commit, History, TargetEffect } from '../world/history.ts';
import { TENANT } from '../world/tenant.ts';
import type { World } from '../world/world.ts';
import { partsOfKey } from './expectations.ts';

/** All that is left of a run when it is judged. */
export interface Facts {
  readonly history: History;
  /** What had not come to rest in time. */
  readonly restless: readonly string[];
  readonly requests: readonly Request[];
  readonly audit: ReadonlyMap<string, readonly Change[]>;
  readonly escalations: readonly Escalation[];
  readonly quotas: readonly QuotaUsage[];
  readonly handovers: readonly Handover[];
  readonly jira: System['jira'];
  readonly attempts: System['executorDatabase']['ledger']['attempts'];
  /** By task id. */
  readonly taskOf: ReadonlyMap<string, { readonly request: Request; readonly task: Task }>;
  readonly effectsOf: ReadonlyMap<string, readonly TargetEffect[]>;
  readonly commitsOf: ReadonlyMap<string, readonly Commit[]>;
}

export interface Judged extends Omit<System, 'restless'> {
  readonly world: World;
  readonly restless: readonly string[];
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
  const { world, requestDatabase, executorDatabase, escalationDatabase, restless } = judged;
  const requests = await requestDatabase.all();
  const audit = new Map<string, readonly Change[]>();
  for (const { id } of requests) audit.set(id, await requestDatabase.requests.reader.changesAfter(id, 0));
  const { history } = world;
  return {
    history,
    restless,
    requests,
    audit,
    escalations: await escalationDatabase.escalations.list({ tenantId: TENANT, limit: 10_000 }),
    quotas: await requestDatabase.requests.quotas.list({ tenantId: TENANT, limit: 1_000 }),
    handovers: escalationDatabase.all(),
    jira: judged.jira,
    attempts: executorDatabase.ledger.attempts,
    taskOf: new Map(requests.flatMap((request) => request.tasks.map((task) => [task.id, { request, task }] as const))),
    effectsOf: grouped(history.effects, ({ key }) => partsOfKey(key).taskId),
    commitsOf: grouped(history.commits, ({ after }) => after.id),
  };
};
