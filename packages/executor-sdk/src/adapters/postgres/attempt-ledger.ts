import { outboxValues } from '@pao/postgres';
import type { AttemptKey } from '../../core/domain/attempt.ts';
import type { TaskCommand } from '../../core/domain/task-command.ts';
import type { AttemptLedger } from '../../core/ports/attempt-ledger.ts';
import {
  type AttemptRow,
  createFinish,
  createFollow,
  createStart,
  holdOf,
  type PostgresLedgerOptions,
} from './batched-writes.ts';
import { createCancel } from './cancel.ts';
import { createKeepLate } from './keep-late.ts';
import { toMessage } from './messages.ts';
import {
  createFindStanding,
  createToInDoubt,
  type FollowedRow,
  isFollowed,
  type OpenRow,
  predecessorOf,
} from './standing.ts';
import * as sql from './statements.ts';

const keyValues = ({ taskId, generation, step }: AttemptKey) => [taskId, generation, step];

/** Tells the end of an attempt again. */
export const createTellEnd =
  ({ database, onMessages }: PostgresLedgerOptions) =>
  async ({ taskId, generation }: Pick<TaskCommand, 'taskId' | 'generation'>): Promise<void> => {
    let following: FollowedRow | undefined = { followed_by: taskId, followed_generation: generation };
    while (isFollowed(following)) {
      const values: unknown[] = [following.followed_by, following.followed_generation];
      [following] = await database.query<FollowedRow>({ name: 'attempt-tell-end', text: sql.TELL_END, values });
    }
    if (following) onMessages();
  };

/** The ledger on PostgreSQL: START and FINISH are one statement each, shared by the attempts of the same moment. */
export const createPostgresAttemptLedger = (options: PostgresLedgerOptions): AttemptLedger => {
  const { database, owner, onMessages } = options;
  const predecessor = predecessorOf(options);
  const start = createStart(options);
  const finish = createFinish(options);
  const follow = createFollow(options);
  const cancel = createCancel(options);
  const tellEnd = createTellEnd(options);

  const findStanding = createFindStanding(options, tellEnd);
  const keepLate = createKeepLate(options);
  const toInDoubt = createToInDoubt(options);

  return {
    start: async (attempt) => {
      const hold = await start(attempt);
      return hold ? { kind: 'started', hold } : findStanding(attempt.command);
    },
    refuse: async ({ command, code, evidence, event }) => {
      const { taskId, generation, requestId, tenantId, action, fingerprint } = command;
      const about = [taskId, generation, requestId, tenantId, action.type, fingerprint, owner.instance, owner.bootId];
      const rows = await database.query({
        name: 'attempt-refuse',
        text: sql.REFUSE,
        values: [...about, code, JSON.stringify(evidence), event.body, ...outboxValues([toMessage(event)])],
      });
      if (rows.length === 0) return findStanding(command);
      onMessages();
      return { kind: 'ended' };
    },
    cancel: async ({ cancellation, step, event }) => {
      const outcome = await cancel({ cancellation, step, message: toMessage(event) });
      if (outcome === 'begun') await tellEnd(cancellation);
      return outcome;
    },
    announce: async (hold, event) => {
      const rows = await database.query({
        name: 'attempt-announce',
        text: sql.ANNOUNCE,
        values: [...keyValues(hold.key), hold.fence, ...outboxValues([toMessage(event)])],
      });
      if (rows.length > 0) onMessages();
    },
    finish: async (hold, end, event) => {
      if (await finish({ hold, end, message: toMessage(event) })) return 'recorded';
      return keepLate(hold, end);
    },
    follow: async (hold, end, completed, next) => {
      const begun = await follow({ hold, end, completed, next });
      if (begun) return begun;
      // It may have been recorded before, by a write whose answer was lost.
      const [row] = await database.query<Pick<AttemptRow, 'fence' | 'started_at'>>({
        name: 'attempt-find-followed',
        text: sql.FIND_FOLLOWED,
        values: [...keyValues(hold.key), next.command.taskId, next.step, owner.bootId],
      });
      return row && holdOf(next, row);
    },
    takeOver: async ({ key, fence }, leaseMs) => {
      const [row] = await database.query<Pick<AttemptRow, 'fence' | 'started_at'>>({
        name: 'attempt-take-over',
        text: sql.TAKE_OVER,
        values: [...predecessor, owner.instance, leaseMs, ...keyValues(key), fence],
      });
      return row && { key, fence: row.fence, startedAt: row.started_at, leaseMs };
    },
    listInDoubt: async (limit) => {
      const rows = await database.query<OpenRow>({
        name: 'attempt-list-in-doubt',
        text: sql.LIST_IN_DOUBT,
        values: [...predecessor, limit],
      });
      return Promise.all(rows.map(toInDoubt));
    },
  };
};
