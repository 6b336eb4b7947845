import { createHash } from 'node:crypto';
import type { Result } from '@pao/kernel';
import type { Approval } from '../src/core/domain/approval.ts';
import type { Cause, Digest, Recording } from '../src/core/domain/audit.ts';
import type { Command } from '../src/core/domain/decide.ts';
import type { Person } from '../src/core/domain/may-decide.ts';
import type { Request, Task } from '../src/core/domain/request.ts';
import { type Decision, statusOf } from '../src/core/domain/status.ts';
import type { WaitingFor } from '../src/core/domain/waiting.ts';

/** Values that tests start from. */

export const sha256: Digest = (text) => createHash('sha256').update(text).digest('hex');

export const AT = new Date('2026-11-20T12:00:00.000Z');

export const uuid = (n: number): string => `0198f000-0000-7000-8000-${String(n).padStart(12, '0')}`;

export const CATALOG = { id: 'database-postgresql-standard', version: '1.0.0', hash: 'a'.repeat(64) };

export const aCause = (cause: Partial<Cause> = {}): Cause => ({
  actor: 'dev@example.test',
  correlationId: 'correlation-1',
  traceId: null,
  at: AT,
  ...cause,
});

export const A_TICKET = { key: 'OPS-1', url: 'https://jira.example/browse/OPS-1' };

/** A pending task; its id is made from its position. */
export const aTask = (task: Partial<Task> = {}): Task => ({
  id: uuid(task.position ?? 1),
  position: 1,
  component: null,
  catalog: CATALOG,
  actionId: 'rest-api-1',
  type: 'rest-api',
  name: 'Create it',
  executor: 'default',
  dependsOn: [],
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
  ...task,
});

/** A request of these tasks whose state follows from them. */
export const aRequest = (tasks: readonly Task[] = [aTask()], decision: Decision = null): Request => ({
  id: uuid(1000),
  submissionId: uuid(2000),
  tenantId: 'default',
  correlationId: 'correlation-1',
  traceId: null,
  kind: 'item',
  catalog: CATALOG,
  name: 'orders-db',
  requester: { id: 'user:dev', email: 'dev@example.test', name: null, teams: ['payments'] },
  input: { name: 'orders-db' },
  planDigest: null,
  cost: null,
  team: null,
  quota: null,
  createdAt: AT,
  status: statusOf(decision, tasks),
  decision,
  escalationRound: 0,
  updatedAt: AT,
  version: 1,
  audit: { sequence: 0, hash: '' },
  tasks,
  approvals: [],
});

/** Tasks one after the other, each depending on the one before. */
export const aChain = (length: number, first: Partial<Task> = {}): readonly Task[] =>
  Array.from({ length }, (_, index) =>
    aTask({ position: index + 1, dependsOn: index === 0 ? [] : [index], ...(index === 0 && first) }),
  );

/** That many milliseconds after `AT`. */
export const later = (ms: number): Date => new Date(AT.getTime() + ms);

/** A stage that is not open yet, to be decided by one of the team finops. */
export const anApproval = (approval: Partial<Approval> = {}): Approval => ({
  id: uuid(3000 + (approval.stage ?? 1)),
  stage: 1,
  name: 'cost',
  catalogId: CATALOG.id,
  component: null,
  when: null,
  reason: 'it is always needed',
  approvers: { teams: ['finops'], users: [] },
  minimum: 1,
  expiresAfterMs: 1_000_000,
  remindAfterMs: 500_000,
  state: 'not-needed-yet',
  openedAt: null,
  remindedAt: null,
  endedAt: null,
  decisions: [],
  ...approval,
});

/** A member of the team finops. */
export const anApprover = (name: string): Person => ({
  id: `user:${name}`,
  email: `${name}@example.test`,
  teams: ['finops'],
  roles: ['approver'],
});

export const aRecording: Recording = { cause: aCause(), digest: sha256 };

export const okValue = <T>(result: Result<T, unknown>): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
};

export const A_FAILURE = { code: 'X', message: 'it broke' };

/** For an hour. */
export const aWait = (wait: Partial<WaitingFor> = {}): WaitingFor => ({
  kind: 'check',
  what: 'the run of deploy.yml in acme/infra',
  url: 'https://github.example/acme/infra/actions/runs/7',
  since: AT,
  until: later(3_600_000),
  details: null,
  decision: null,
  ...wait,
});

/** A command of this kind for a task; for a task that does not exist when there is none. */
export const commandOf = (kind: Command['kind'], task: Task | undefined, generation = 1): Command => {
  const attempt = { taskId: task?.id ?? 'nobody', generation };
  switch (kind) {
    case 'start':
      return { kind, ...attempt, startedAt: AT };
    case 'complete':
      return { kind, ...attempt, startedAt: AT, at: AT, outputs: { url: 'x' } };
    case 'wait':
      return { kind, ...attempt, startedAt: AT, at: AT, outputs: { key: A_TICKET.key }, ticket: A_TICKET };
    case 'fail':
      return { kind, ...attempt, startedAt: AT, at: AT, failure: A_FAILURE };
    case 'give-up':
      return {
        kind,
        ...attempt,
        startedAt: generation % 2 ? AT : null,
        at: AT,
        reason: 'outcome-unknown',
        failure: A_FAILURE,
      };
    case 'park':
      return { kind, ...attempt, startedAt: AT, at: AT, outputs: {}, waitingFor: aWait() };
    case 'cancel':
      return { kind, ...attempt, at: AT, parked: false };
    case 'queue':
      return { kind, ...attempt, at: AT };
    case 'skip':
      return { kind, ...attempt, at: AT, reason: 'its condition says no' };
    case 'refuse':
      return { kind, ...attempt, at: AT, failure: A_FAILURE };
    default:
      return kind satisfies never;
  }
};

export const required = <T>(value: T | null | undefined): T => {
  if (value === undefined || value === null) throw new Error('there is none');
  return value;
};
