import { type DataOf, operations, type RequestDetails } from '@pao/contracts';
import type { Accepted } from './load.ts';
import type { Decision } from './people.ts';
import { isRefused, labelOf } from './world/outside.ts';
import type { World } from './world/world.ts';

/** An effect as the one who had it tells of it, never as the system does. */
interface Effect {
  /** `pao-<task>-g<generation>-<step>` */
  readonly key: string;
  readonly taskId: string;
  readonly generation: number;
  readonly at: number;
}

const KEY = /pao-([0-9a-f-]{36})-g(\d+)[a-z0-9-]*/;

const effectOf = (named: string, at: number): Effect | undefined => {
  const [key, taskId, generation] = KEY.exec(named) ?? [];
  return key === undefined ? undefined : { key, taskId: taskId ?? '', generation: Number(generation), at };
};

const BRANCH = /^pao\/([0-9a-f-]{36})\/[a-z0-9-]+-g(\d+)$/;

/** What GitHub has of a task: a pull request from a branch that names it and the attempt. */
const pullsIn = ({ outside: { github } }: World): readonly (Effect | undefined)[] => {
  const opened = github.calls.filter(({ method, path }) => method === 'POST' && path.endsWith('/pulls'));
  return github.pulls.map(({ head }) => {
    const [, taskId, generation] = BRANCH.exec(head) ?? [];
    const at = opened.find(({ text }) => text.includes(head))?.at.getTime();
    return taskId === undefined || at === undefined
      ? undefined
      : { key: head, taskId, generation: Number(generation), at };
  });
};

/** From the ledgers of the target, of Jira and of GitHub; what people's tickets are has a key of its own. */
const effectsIn = (world: World): readonly Effect[] => {
  const { target, jira } = world.outside;
  return [
    ...target.calls.filter((call) => !isRefused(call)).map(({ idempotencyKey, at }) => effectOf(idempotencyKey, at)),
    ...jira.issues.map((issue) => effectOf(labelOf(issue), issue.createdAt.getTime())),
    ...pullsIn(world),
  ].filter((effect) => effect !== undefined);
};

const grouped = <T>(all: readonly T[], keyOf: (one: T) => string): ReadonlyMap<string, readonly T[]> =>
  Map.groupBy(all, keyOf);

export type Listed = DataOf<typeof operations.listRequests>[number];

/** Every request that is stored. */
export const listAll = async ({ client }: World): Promise<readonly Listed[]> => {
  const all: Listed[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const query = { limit: 200, ...(cursor !== undefined && { cursor }) };
    const page = await client.call(operations.listRequests, { query });
    if (!page.ok) throw new Error(JSON.stringify(page.error));
    all.push(...page.value.data);
    cursor = page.value.pagination?.nextCursor ?? null;
  }
  return all;
};

const detailsOf = async ({ client }: World, id: string): Promise<RequestDetails | undefined> => {
  const read = await client.call(operations.getRequest, { params: { id } });
  return read.ok ? read.value.data : undefined;
};

/** Lost, or there twice. */
const judgeRequests = (accepted: readonly Accepted[], sent: readonly string[], stored: readonly Listed[]): string[] => {
  const byName = grouped(stored, ({ name }) => name ?? '');
  const ids = new Set(stored.map(({ id }) => id));
  return [
    ...accepted.flatMap(({ name, ids: told }) =>
      told.filter((id) => !ids.has(id)).map((id) => `request ${id} (${name}) was accepted and is lost`),
    ),
    ...sent.flatMap((name) => {
      const count = byName.get(name)?.length ?? 0;
      return count === 1 ? [] : [`${name} was sent under one key and is there ${count} times`];
    }),
  ];
};

/** Effects that nobody decided on, or that are missing. */
const judgeEffects = (
  effects: readonly Effect[],
  requests: readonly RequestDetails[],
  decisions: readonly Decision[],
): string[] => {
  const findings: string[] = [];
  for (const [key, same] of grouped(effects, (effect) => effect.key)) {
    if (same.length > 1) findings.push(`${key} had its effect ${same.length} times`);
  }
  const automated = effects.filter(({ key }) => !key.endsWith('-escalation'));
  const byTask = grouped(automated, ({ taskId }) => taskId);
  const byHand = new Set(decisions.filter(({ decided }) => decided === 'escalate').map(({ requestId }) => requestId));
  for (const { requestId, taskId, generation, stuck, code } of decisions) {
    const had = byTask.get(taskId)?.some((effect) => effect.generation === generation) ?? false;
    if (stuck === null && had)
      findings.push(
        `task ${taskId} of ${requestId} failed for certain (${code}) in generation ${generation} and had its effect: ${byTask
          .get(taskId)
          ?.map(({ key, at }) => `${key} at ${new Date(at).toISOString()}`)
          .join(', ')}`,
      );
  }
  for (const request of requests) {
    if (request.status !== 'completed') {
      findings.push(`request ${request.id} is ${request.status} in the end: ${JSON.stringify(request.failure)}`);
      continue;
    }
    let last = 0;
    for (const task of request.tasks) {
      const own = byTask.get(task.id) ?? [];
      const generations = new Set(own.map(({ generation }) => generation));
      if (!generations.has(task.generation) && !byHand.has(request.id))
        findings.push(`task ${task.id} of ${request.id} is completed and had no effect`);
      for (const { at, key } of own) {
        if (at < last) findings.push(`${key} came before what it waits for`);
      }
      last = Math.max(last, ...own.map(({ at }) => at));
    }
  }
  return findings;
};

const judgeAudit = async ({ client }: World): Promise<string[]> => {
  const findings: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await client.call(operations.verifyAudit, { query: cursor === undefined ? {} : { cursor } });
    if (!page.ok) throw new Error(JSON.stringify(page.error));
    findings.push(...page.value.data.findings.map((finding) => `audit: ${JSON.stringify(finding)}`));
    cursor = page.value.pagination?.nextCursor ?? null;
  }
  return findings;
};

export interface Trial {
  readonly accepted: readonly Accepted[];
  readonly sent: readonly string[];
  readonly decisions: readonly Decision[];
}

/** Everything that was promised and does not hold, once all is at rest. */
export const judge = async (world: World, { accepted, sent, decisions }: Trial): Promise<readonly string[]> => {
  const stored = await listAll(world);
  const details = await Promise.all(stored.map(({ id }) => detailsOf(world, id)));
  const requests = details.filter((request) => request !== undefined);
  return [
    ...judgeRequests(accepted, sent, stored),
    ...judgeEffects(effectsIn(world), requests, decisions),
    ...(await judgeAudit(world)),
  ];
};
