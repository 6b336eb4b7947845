import { renderAction } from '@pao/documents';
import { err, type JsonObject, ok, type Result } from '@pao/kernel';
import { MASK, type Scope } from '@pao/templates';
import type { Digest } from './audit.ts';
import { type AwaitedOutput, type Awaiting, awaitingOf } from './awaited-outputs.ts';
import { runs as holds, whenDecided } from './condition.ts';
import { createRequest } from './create.ts';
import type { Plan, PlannedTask } from './plan.ts';
import type { Request, Requester } from './request.ts';
import { type Platform, scopeOf } from './scope.ts';
import { withValues } from './sealed-input.ts';

/** `later`: its condition reads what exists only once the request runs. `fails`: its condition can't be evaluated. */
export type Runs = 'yes' | 'no' | 'later' | 'fails';

/** A task as it would run. */
export interface TaskView {
  readonly position: number;
  readonly planned: PlannedTask;
  readonly runs: Runs;
  /** As people may see it; null when it can't be told before it runs, or will not run. */
  readonly payload: JsonObject | null;
  /** Why there is no payload. */
  readonly reason: string | null;
  readonly reads: readonly AwaitedOutput[];
}

export interface ViewOptions {
  readonly requester: Requester;
  readonly platform: Platform;
  readonly digest: Digest;
}

/** Every task of a plan in order, with samples for what only a request has: its ids and the time. */
export const viewTasks = (plan: Plan, options: ViewOptions): readonly TaskView[] => {
  const request = sampleRequest(plan, options.requester);
  const views: TaskView[] = [];
  for (const [index, planned] of plan.tasks.entries()) {
    const position = index + 1;
    const givers = tasksBefore(plan, position).filter((before) => mayRun(views[before - 1]));
    const awaiting = awaitingOf(plan, planned, givers);
    const scope = sampleScope({ plan, planned, request, position }, awaiting, options);
    views.push({ position, planned, ...judge(planned, scope, awaiting, givers), reads: awaiting.reads });
  }
  return views;
};

/** The evaluated form of the document itself, its secrets covered. */
export const coveredInput = ({ input, secretPaths }: Plan): JsonObject =>
  withValues(input, new Map(secretPaths.map((path) => [path, MASK])));

const mayRun = (view: TaskView | undefined): boolean => view?.runs === 'yes' || view?.runs === 'later';

/** Positions of all tasks that one depends on, however far back, the last first. */
export const tasksBefore = ({ tasks }: Plan, position: number): readonly number[] => {
  const before = new Set<number>();
  const visit = (at: number): void => {
    for (const other of tasks[at - 1]?.dependsOn ?? []) {
      if (before.has(other)) continue;
      before.add(other);
      visit(other);
    }
  };
  visit(position);
  return [...before].toSorted((a, b) => b - a);
};

const judge = (
  { action }: PlannedTask,
  scope: Scope,
  awaiting: Awaiting,
  givers: readonly number[],
): Pick<TaskView, 'runs' | 'payload' | 'reason'> => {
  const verdict = whenDecided(action, givers.length > 0) === 'now' ? holds(action, scope) : undefined;
  if (verdict && !verdict.ok) return { runs: 'fails', payload: null, reason: verdict.error.message };
  if (verdict && !verdict.value) return { runs: 'no', payload: null, reason: 'its condition says no' };
  const payload = payloadOf(action, scope, awaiting);
  const runs = verdict ? 'yes' : 'later';
  return payload.ok ? { runs, payload: payload.value, reason: null } : { runs, payload: null, reason: payload.error };
};

/** The configuration as people may see it, or why it can't be told. */
export const payloadOf = (
  action: PlannedTask['action'],
  scope: Scope,
  { reads, derived }: Awaiting,
): Result<JsonObject, string> => {
  const rendered = renderAction(action, scope);
  const faults = rendered.ok ? [] : rendered.error;
  const awaits = new Set(reads.map(({ place }) => place));
  // A fault where an output is awaited says nothing of the output that will be there.
  const certain = faults.find(({ pointer }) => !awaits.has(pointer));
  if (certain) return err(`at ${certain.pointer}: ${certain.message}`);
  const [worked] = derived;
  if (worked !== undefined) return err(`at ${worked}: works with ${namesOf(reads, worked)}, so once it is there`);
  if (rendered.ok) return ok(rendered.value.masked);
  const place = faults[0]?.pointer ?? '';
  return err(`at ${place}: ${namesOf(reads, place)} can't be shown here before it is there`);
};

const namesOf = (reads: readonly AwaitedOutput[], place: string): string =>
  reads
    .filter((read) => read.place === place)
    .map(({ output, from }) => `the output ${output} of task ${from}`)
    .join(', ');

interface SampleParts {
  readonly plan: Plan;
  readonly planned: PlannedTask;
  readonly request: Request;
  readonly position: number;
}

const sampleScope = (
  { plan, planned, request, position }: SampleParts,
  { output }: Awaiting,
  { platform, digest }: ViewOptions,
): Scope => {
  const task = request.tasks[position - 1];
  if (!task) throw new RangeError(`the plan has no task ${position}`);
  const scope = scopeOf({ request, task, plan, planned, platform, digest });
  return { ...scope, output, system: { ...scope.system, uuid: SAMPLE_UUID, shortId: '5am91e1d' } };
};

const SAMPLE_UUID = '00000000-0000-8000-8000-000000000000';
/** Always the same, so that a plan made twice is the same plan. */
const SAMPLE_TIME = new Date('2000-01-01T12:00:00.000Z');

const sampleId = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;

const sampleRequest = (plan: Plan, requester: Requester): Request => {
  let ids = 1;
  const facts = {
    submissionId: sampleId(0),
    tenantId: '',
    correlationId: sampleId(1),
    traceId: null,
    requester,
    createdAt: SAMPLE_TIME,
    planDigest: null,
    cost: null,
    team: null,
    quota: null,
  };
  return createRequest(plan, facts, () => sampleId((ids += 1)));
};
