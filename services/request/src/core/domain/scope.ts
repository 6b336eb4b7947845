import type { JsonObject } from '@pao/kernel';
import type { Scope } from '@pao/templates';
import type { Digest } from './audit.ts';
import type { Plan, PlannedTask } from './plan.ts';
import { type Request, type Task, taskAt } from './request.ts';

/** Where this installation runs: what `.system.platform` holds. */
export interface Platform {
  readonly environment: string;
  readonly account: string;
  readonly region: string;
}

export interface ScopeParts {
  readonly request: Request;
  readonly task: Task;
  readonly plan: Plan;
  readonly planned: PlannedTask;
  readonly platform: Platform;
  readonly digest: Digest;
}

/**
 * What the templates of a task may read. A function of what is stored: the same task renders the same whenever and wherever it
 * is rendered, for a command that is sent again or a retry as well.
 */
export const scopeOf = (parts: ScopeParts): Scope => {
  const { request, plan, planned } = parts;
  const task = subjectOf(request, parts.task);
  // What undoes an action by a configuration of its own reads what that one gave, too.
  const own = planned.undoes === 'by-rollback' ? [task] : [];
  const output = outputsOf([...tasksBefore(request, task), ...own]);
  return {
    current: planned.input.values,
    declared: declaredOf(planned),
    secrets: secretsIn(planned),
    // By its name, and by the name the user gave with its name below.
    output: { [request.name]: output, ...output },
    metadata: plan.metadata,
    system: systemOf({ ...parts, task }),
  };
};

/** What undoes a task is rendered as that one was: with the same ids, names and times. */
const subjectOf = (request: Request, task: Task): Task =>
  task.rollbackOf === null ? task : taskAt(request, task.rollbackOf);

/**
 * The tasks that a task depends on, however far back: all are completed before it is queued, so what it reads does not depend
 * on how fast others run beside it.
 */
const tasksBefore = (request: Request, task: Task): readonly Task[] => {
  const positions = new Set<number>();
  const visit = (position: number): void => {
    if (positions.has(position)) return;
    positions.add(position);
    taskAt(request, position).dependsOn.forEach(visit);
  };
  task.dependsOn.forEach(visit);
  return request.tasks.filter(({ position }) => positions.has(position));
};

/** Outputs of completed tasks by name; where two tasks offer the same name, that of the later one. An undo offers none. */
export const outputsOf = (tasks: readonly Task[]): JsonObject =>
  Object.assign(
    {},
    ...tasks
      .filter(({ status, rollbackOf }) => status === 'completed' && rollbackOf === null)
      .map(({ outputs }) => outputs),
  ) as JsonObject;

const declared = new WeakMap<readonly string[], ReadonlySet<string>>();

const declaredOf = ({ input: { declaredPaths } }: PlannedTask): ReadonlySet<string> => {
  const known = declared.get(declaredPaths) ?? new Set(declaredPaths);
  declared.set(declaredPaths, known);
  return known;
};

const NO_SECRETS: ReadonlySet<string> = new Set();

/** What stems from one of these is masked, and makes the configuration a secret as a whole. */
const secretsIn = ({ input: { secretPaths } }: PlannedTask): ReadonlySet<string> =>
  secretPaths.length === 0 ? NO_SECRETS : new Set(secretPaths.map((path) => `current.${path}`));

const systemOf = ({ request, task, platform, digest }: ScopeParts): JsonObject => {
  const { requester, createdAt } = request;
  const timestamp = createdAt.toISOString();
  const unique = digest(task.id);
  return {
    requestId: request.id,
    correlationId: request.correlationId,
    ...(request.kind === 'bundle' && { bundleId: request.catalog.id }),
    timestamp,
    date: timestamp.slice(0, 10),
    time: timestamp.slice(11, 19),
    uuid: toUuid(unique),
    shortId: unique.slice(-8),
    environment: platform.environment,
    user: {
      id: requester.id,
      email: requester.email,
      teams: requester.teams,
      ...(requester.name !== null && { name: requester.name }),
    },
    platform: { ...platform },
    task: { id: task.id, attempt: task.generation },
  };
};

/** A UUID of version 8 (RFC 9562 §5.8: made by a rule of one's own) from the first half of a SHA-256. */
const toUuid = (hex: string): string => {
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};
