import { type Bus, createTopology, type OutgoingMessage } from '@pao/bus';
import { encodeMessage, executeTaskV1, taskSucceededV1 } from '@pao/contracts';
import { openDatabase } from '@pao/postgres';
import { createLogger } from '@pao/runtime';
import { testDatabase } from '@pao/testkit';
import type { ExecutionContext } from 'ava';
import { createLostTaskMessage } from '../src/adapters/bus/lost-task.ts';
import { createCollectDeadLetters } from '../src/adapters/jobs/collect-dead-letters.ts';
import { createPostgresDeadLetterStore } from '../src/adapters/postgres/dead-letter-store.ts';
import { createDecideLetters } from '../src/core/use-cases/queues/decide-letters.ts';
import { newId } from './given.ts';

const migrations = new URL('../migrations/', import.meta.url);

export const scope = { tenantId: 'default', unowned: true };
export const parked = { status: 'parked', limit: 2_000 } as const;
export const byOps = { by: 'ops@example.test', reason: 'mended', acknowledgedUnknown: false };

const queues = createTopology().queues.map(({ name, deadLetters }) => ({ name, deadLetters: deadLetters.name }));

/** Dead letters of a bus in a real database; `collect` takes what there is. */
export const openLetters = async (t: ExecutionContext, bus: Pick<Bus, 'receive' | 'delete'>) => {
  const url = await testDatabase({ schema: 'pao_escalation', migrations });
  const database = openDatabase({ url, schema: 'pao_escalation', applicationName: 'letters-test' });
  t.teardown(() => database.close());
  const lost = createLostTaskMessage({ newId, now: () => new Date() });
  const store = createPostgresDeadLetterStore(database, { newId, lost, committed: () => {} });
  const decide = createDecideLetters(store, new Set(queues.map(({ name }) => name)));
  const logger = createLogger({ service: 'test', level: 'silent' });
  const collector = createCollectDeadLetters({ source: bus, queues, park: store.park, logger });
  const collect = (): Promise<void> => collector(new AbortController().signal);
  const outbox = () =>
    database.query<{ destination: string; type: string; dedup_id: string; body: string; group_id: string }>({
      text: 'SELECT destination, type, dedup_id, body, group_id FROM outbox ORDER BY position',
    });
  return { database, store, decide, collect, outbox, list: () => store.list(scope, parked) };
};

/** A message as it lies in the dead letters of a queue. */
export const lost = (queue: string, overrides: Partial<OutgoingMessage> = {}): OutgoingMessage => {
  const id = newId();
  const base = { id, groupId: newId(), dedupId: id, type: 'no-such-type.v1', body: '{}' };
  return { ...base, destination: `queue:${queue}-dlq`, ...overrides };
};

export interface Attempt {
  readonly requestId: string;
  readonly taskId: string;
  readonly generation: number;
}

export const anAttempt = (): Attempt => ({ requestId: newId(), taskId: newId(), generation: 1 });

const fieldsOf = ({ requestId }: Attempt, tenantId: string) => ({
  ...{ id: newId(), subject: requestId, time: new Date(), correlationId: 'correlation-1' },
  tenantId,
});

export const lostCommand = (attempt: Attempt, tenantId = 'default'): OutgoingMessage => {
  const action = { type: 'rest-api', id: 'create', config: {}, outputs: {}, timeoutSeconds: 30, idempotent: false };
  const catalog = { id: 'database-postgresql-standard', version: '1.0.0', hash: 'a'.repeat(64) };
  const body = encodeMessage(executeTaskV1, fieldsOf(attempt, tenantId), { ...attempt, catalog, action });
  return lost('tasks-default', { type: executeTaskV1.type, groupId: attempt.requestId, body });
};

export const lostReport = (attempt: Attempt, tenantId = 'default'): OutgoingMessage => {
  const at = new Date().toISOString();
  const data = { ...attempt, outputs: {}, startedAt: at, finishedAt: at };
  const body = encodeMessage(taskSucceededV1, fieldsOf(attempt, tenantId), data);
  return lost('request-inbox', { type: taskSucceededV1.type, groupId: attempt.requestId, body });
};
