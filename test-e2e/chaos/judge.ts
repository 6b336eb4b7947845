import { type DataOf, operations, type RequestDetails } from '@pao/contracts';
import type { Result } from '@pao/kernel';
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

export type Listed = DataOf<typeof operations.listRequests>[number];

interface Page<Data> {
  readonly data: Data;
  readonly pagination?: { readonly nextCursor: string | null } | undefined;
}

/** What `read` gives for each page, from the first to the last. */
const everyPage = async <Data>(
  read: (query: { readonly cursor?: string }) => Promise<Result<Page<Data>, unknown>>,
): Promise<readonly Data[]> => {
  const pages: Data[] = [];
  for (let query: { readonly cursor?: string } | undefined = {}; query !== undefined; ) {
    const page: Result<Page<Data>, unknown> = await read(query);
    if (!page.ok) throw new Error(JSON.stringify(page.error));
    pages.push(page.value.data);
    const next = page.value.pagination?.nextCursor ?? undefined;
    query = next === undefined ? undefined : { cursor: next };
  }
  return pages;
};

/** Every request that is stored. */
export const listAll = async ({ client }: World): Promise<readonly Listed[]> => {
  const pages = await everyPage((query) => client.call(operations.listRequests, { query: { limit: 200, ...query } }));
  return pages.flat();
};

const detailsOf = async ({ client }: World, id: string): Promise<RequestDetails | undefined> => {
  const read = await client.call(operations.getRequest, { params: { id } });
  return read.ok ? read.value.data : undefined;
};

/** Lost, or there twice. */
const judgeRequests = (accepted: readonly Accepted[], sent: readonly string[], stored: readonly Listed[]): string[] => {
  const byName = Map.groupBy(stored, ({ name }) => name);
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

type ByTask = ReadonlyMap<string, readonly Effect[]>;

const judgeRepeated = (effects: readonly Effect[]): string[] =>
  Array.from(Map.groupBy(effects, ({ key }) => key)).flatMap(([key, { length }]) =>
    length === 1 ? [] : [`${key} had its effect ${length} times`],
  );

/** A later generation of a task is somebody's word that it may have its effect again. */
const judgeUndecided = (effects: readonly Effect[], decisions: readonly Decision[]): string[] => {
  const decided = new Set(decisions.map(({ taskId, generation }) => `${taskId} ${generation}`));
  return effects.flatMap(({ key, taskId, generation }) =>
    generation === 1 || decided.has(`${taskId} ${generation - 1}`) ? [] : [`${key} was decided by nobody`],
  );
};

const judgeCertain = (byTask: ByTask, decisions: readonly Decision[]): string[] =>
  decisions.flatMap(({ requestId, taskId, generation, stuck, code }) => {
    const had = byTask.get(taskId)?.find((effect) => effect.generation === generation);
    return stuck === null && had ? [`${had.key} of ${requestId} failed for certain (${code}) and had its effect`] : [];
  });

/** Each task has had its effect, after those before it. */
const judgeCompleted = ({ id, tasks }: RequestDetails, byTask: ByTask, isByHand: boolean): string[] => {
  const findings: string[] = [];
  let last = 0;
  for (const task of tasks) {
    const own = byTask.get(task.id) ?? [];
    if (!isByHand && !own.some(({ generation }) => generation === task.generation))
      findings.push(`task ${task.id} of ${id} is completed and had no effect`);
    findings.push(...own.flatMap(({ at, key }) => (at < last ? [`${key} came before what it waits for`] : [])));
    last = Math.max(last, ...own.map(({ at }) => at));
  }
  return findings;
};

const judgeEffects = (
  effects: readonly Effect[],
  requests: readonly RequestDetails[],
  decisions: readonly Decision[],
): string[] => {
  const automated = effects.filter(({ key }) => !key.endsWith('-escalation'));
  const byTask = Map.groupBy(automated, ({ taskId }) => taskId);
  const byHand = new Set(decisions.filter(({ decided }) => decided === 'escalate').map(({ requestId }) => requestId));
  return [
    ...judgeRepeated(effects),
    ...judgeUndecided(automated, decisions),
    ...judgeCertain(byTask, decisions),
    ...requests.flatMap((request) =>
      request.status === 'completed'
        ? judgeCompleted(request, byTask, byHand.has(request.id))
        : [`request ${request.id} is ${request.status} in the end: ${JSON.stringify(request.failure)}`],
    ),
  ];
};

const judgeAudit = async ({ client }: World): Promise<string[]> => {
  const pages = await everyPage((query) => client.call(operations.verifyAudit, { query }));
  return pages.flatMap(({ findings }) => findings.map((finding) => `audit: ${JSON.stringify(finding)}`));
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
