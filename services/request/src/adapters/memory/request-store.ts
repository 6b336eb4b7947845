import type { Change } from '../../core/domain/audit.ts';
import { completedCount, type Request, skippedCount, type Task, taskAt } from '../../core/domain/request.ts';
import { isRunning, isUnderWay } from '../../core/domain/status.ts';
import { waitsAtExecutor } from '../../core/domain/waiting.ts';
import type { Approvals } from '../../core/ports/approvals.ts';
import type { AuditReader } from '../../core/ports/audit-reader.ts';
import type { CatalogDocuments } from '../../core/ports/catalog-documents.ts';
import type { OutboundMessage } from '../../core/ports/outbound-message.ts';
import { MAX_DOUBLINGS, type OverdueTasks } from '../../core/ports/overdue-tasks.ts';
import type { Quotas } from '../../core/ports/quotas.ts';
import type {
  ListPlace,
  RequestFilter,
  RequestReader,
  RequestRow,
  RequestSort,
} from '../../core/ports/request-reader.ts';
import type {
  AnswerKey,
  NextVersion,
  QuotaRelease,
  RequestStore,
  StoredAnswer,
} from '../../core/ports/request-store.ts';
import { createMemoryApprovals } from './approvals.ts';
import { createMemoryAuditReader } from './audit-reader.ts';
import { createMemoryQuotas, exceededBy, type MemoryUnits, moveUnits } from './quotas.ts';

export interface MemoryRequests {
  readonly store: RequestStore;
  readonly reader: RequestReader;
  readonly auditReader: AuditReader;
  readonly overdue: OverdueTasks;
  readonly approvals: Approvals;
  readonly quotas: Quotas;
  /** What is to be published, oldest first. */
  messages(): readonly OutboundMessage[];
  /** The same, as taken by the bus: none of it is left. */
  takeMessages(): readonly OutboundMessage[];
}

interface State extends MemoryUnits {
  readonly requests: Map<string, Request>;
  readonly audit: Map<string, readonly Change[]>;
  readonly answers: Map<string, StoredAnswer>;
  readonly handled: Set<string>;
  readonly resent: Map<string, Resent>;
  outbox: readonly OutboundMessage[];
}

interface Resent {
  readonly resends: number;
  readonly at: Date;
}

const keyText = (key: AnswerKey): string => JSON.stringify([key.tenantId, key.principal, key.route, key.key]);

/** Requests of one process, for tests and simulations: the same promises as in Postgres, held by the same contract suites. */
export const createMemoryRequests = (documents: CatalogDocuments): MemoryRequests => {
  const state: State = {
    requests: new Map(),
    units: new Map(),
    audit: new Map(),
    answers: new Map(),
    handled: new Set(),
    resent: new Map(),
    outbox: [],
  };
  return {
    store: storeOf(state, documents),
    reader: readerOf(state),
    auditReader: createMemoryAuditReader(state),
    overdue: overdueOf(state),
    approvals: createMemoryApprovals(state.requests),
    quotas: createMemoryQuotas(state),
    messages: () => state.outbox,
    takeMessages: () => {
      const messages = state.outbox;
      state.outbox = [];
      return messages;
    },
  };
};

const write = (state: State, next: NextVersion | QuotaRelease): void => {
  const { request, changes, messages } = next;
  state.requests.set(request.id, request);
  moveUnits(state, next);
  state.audit.set(request.id, [...(state.audit.get(request.id) ?? []), ...changes]);
  state.outbox = [...state.outbox, ...messages];
};

const storeOf = (state: State, documents: CatalogDocuments): RequestStore => ({
  submit: async (submission) => {
    const offered = await documents.offered(submission.documents.map(({ id }) => id));
    const current = new Map(offered.map(({ id, hash }) => [id, hash]));
    if (submission.documents.some(({ id, hash }) => current.get(id) !== hash)) return 'catalog-changed';
    const { answer } = submission;
    if (answer && state.answers.has(keyText(answer.key))) return 'answered';
    const exceeded = exceededBy(state, submission);
    if (exceeded.length > 0) return { kind: 'quota-exceeded', exceeded };
    if (answer) state.answers.set(keyText(answer.key), answer.stored);
    for (const version of submission.requests) write(state, version);
    return 'stored';
  },
  findAnswer: async (key) => state.answers.get(keyText(key)),
  find: async (id) => state.requests.get(id),
  save: async (eventId, before, next) => {
    if (state.handled.has(eventId)) return 'handled';
    if (state.requests.get(before.id)?.version !== before.version) return 'conflict';
    state.handled.add(eventId);
    write(state, next);
    return 'saved';
  },
  saveDecision: async (before, next, answer) => {
    if (state.requests.get(before.id)?.version !== before.version) return 'conflict';
    if (answer && state.answers.has(keyText(answer.key))) return 'answered';
    if (answer) state.answers.set(keyText(answer.key), answer.stored);
    write(state, next);
    return 'saved';
  },
});

const isOwedAnAnswer = (request: Request, task: Task): boolean =>
  request.status === 'aborting'
    ? isUnderWay(task.status)
    : (isRunning(request.status) || request.status === 'failed') &&
      (task.status === 'queued' || task.status === 'processing' || waitsAtExecutor(task));

/** What the executor may still take after the end of a wait to look for a last time, and to tell. */
const MARGIN_MS = 300_000;

const sentAtOf = (request: Request, { waitingFor, startedAt, queuedAt }: Task, at: Date): Date => {
  if (request.status === 'aborting') return request.updatedAt;
  return waitingFor ? new Date(waitingFor.until.getTime() + MARGIN_MS) : (startedAt ?? queuedAt ?? at);
};

const overdueOf = (state: State): OverdueTasks => ({
  find: async ({ at, waitMs, limit }) =>
    [...state.requests.values()]
      .filter(({ id }) => !state.outbox.some(({ groupId }) => groupId === id))
      .flatMap((request) =>
        request.tasks
          .filter((task) => isOwedAnAnswer(request, task))
          .map((task) => {
            const sentAt = sentAtOf(request, task, at);
            const last = state.resent.get(task.id) ?? { resends: 0, at: sentAt };
            const since = Math.max(last.at.getTime(), sentAt.getTime());
            return { requestId: request.id, position: task.position, resends: last.resends, since };
          }),
      )
      .filter(({ resends, since }) => at.getTime() - since >= waitMs * 2 ** Math.min(resends, MAX_DOUBLINGS))
      .toSorted((a, b) => a.since - b.since)
      .slice(0, limit)
      .map(({ requestId, position, resends }) => ({ requestId, position, resends })),
  resend: async ({ requestId, position, resends }, { version, at, message }) => {
    const request = state.requests.get(requestId);
    if (request?.version !== version) return false;
    const task = taskAt(request, position);
    if (!isOwedAnAnswer(request, task) || (state.resent.get(task.id)?.resends ?? 0) !== resends) return false;
    state.resent.set(task.id, { resends: resends + 1, at });
    state.outbox = [...state.outbox, message];
    return true;
  },
});

const readerOf = (state: State): RequestReader => ({
  list: async (filter) =>
    [...state.requests.values()]
      .filter((request) => matches(request, filter))
      .toSorted((a, b) => compare(filter.sort, a, b))
      .filter((request) => filter.after === undefined || compare(filter.sort, request, filter.after) > 0)
      .slice(0, filter.limit)
      .map(toRow),
  changesAfter: async (requestId, sequence) => (state.audit.get(requestId) ?? []).slice(sequence),
  positions: async (ids) =>
    ids.flatMap((id) => {
      const request = state.requests.get(id);
      if (!request) return [];
      const { tenantId, status } = request;
      return [{ requestId: id, tenantId, status, sequence: request.audit.sequence }];
    }),
});

const compare = (sort: RequestSort, a: ListPlace, b: ListPlace): number => {
  const byId = a.id < b.id ? -1 : Number(a.id > b.id);
  if (sort === 'createdAt') return byId;
  return sort === '-createdAt' ? -byId : b.updatedAt.getTime() - a.updatedAt.getTime() || -byId;
};

const matches = (request: Request, filter: RequestFilter): boolean =>
  request.tenantId === filter.tenantId &&
  (filter.statuses?.includes(request.status) ?? true) &&
  (filter.catalogId ?? request.catalog.id) === request.catalog.id &&
  (filter.catalogItemId === undefined || isOf(request, 'item', filter.catalogItemId)) &&
  (filter.bundleId === undefined || isOf(request, 'bundle', filter.bundleId)) &&
  (filter.requestedBy ?? request.requester.email) === request.requester.email &&
  (filter.team === undefined || request.requester.teams.includes(filter.team)) &&
  (filter.since === undefined || request.createdAt >= filter.since) &&
  (filter.until === undefined || request.createdAt < filter.until) &&
  (filter.text === undefined || request.name.toLowerCase().includes(filter.text.toLowerCase()));

const isOf = ({ kind, catalog }: Request, wanted: Request['kind'], id: string): boolean =>
  kind === wanted && catalog.id === id;

const toRow = (request: Request): RequestRow => ({
  id: request.id,
  submissionId: request.submissionId,
  status: request.status,
  kind: request.kind,
  catalogId: request.catalog.id,
  catalogVersion: request.catalog.version,
  name: request.name,
  requestedBy: request.requester.email,
  completedTasks: completedCount(request.tasks),
  skippedTasks: skippedCount(request.tasks),
  totalTasks: request.tasks.length,
  createdAt: request.createdAt,
  updatedAt: request.updatedAt,
});
