import type { OutgoingMessage } from '@pao/bus';
import type { NewId } from '@pao/kernel';
import { type Database, outboxValues } from '@pao/postgres';
import type { DeadLetter, LetterChange, LostMessage } from '../../core/domain/queues/dead-letter.ts';
import type {
  DeadLetterStore,
  KnownMessage,
  LetterDecision,
  LetterScope,
  WaitingGroup,
} from '../../core/ports/dead-letter-store.ts';
import {
  BODY,
  DISCARD,
  FIND,
  GROUP,
  GROUPS,
  HISTORY,
  LIST,
  PARK,
  REDRIVE,
  SAME_EVENT,
} from './dead-letter-statements.ts';

export interface DeadLetterStoreOptions {
  readonly newId: NewId;
  /** What others are told of a message that is lost. */
  readonly lost: (message: LostMessage) => OutgoingMessage | undefined;
  /** Called after a commit that wrote messages. */
  readonly committed: () => void;
}

const parkValues = (id: string, message: LostMessage): readonly unknown[] => [
  id,
  message.queue,
  message.messageId,
  message.type,
  message.groupId,
  message.dedupId,
  message.traceparent,
  message.receiveCount,
  message.sentAt,
  message.body,
  message.bytes,
  message.reason,
  message.flaw,
  message.tenantId,
  message.requestId,
  message.taskId,
  message.generation,
  message.eventId,
  message.correlationId,
];

const scopeValues = ({ tenantId, unowned }: LetterScope): readonly unknown[] => [tenantId, unowned];

export const createPostgresDeadLetterStore = (
  database: Database,
  { newId, lost, committed }: DeadLetterStoreOptions,
): DeadLetterStore => {
  const changes = async (name: string, text: string, values: readonly unknown[]): Promise<number> => {
    const [row] = await database.query<{ count: number }>({ name, text, values });
    return row?.count ?? 0;
  };
  const park = async (message: LostMessage): Promise<number> => {
    const told = lost(message);
    const messages = told === undefined ? [] : [told];
    const values = [...parkValues(newId(), message), ...outboxValues(messages)];
    const parked = await changes('dead-letters-park', PARK, values);
    if (parked > 0 && told !== undefined) committed();
    return parked;
  };
  const decided = ({ id }: DeadLetter, { by, reason, acknowledgedUnknown }: LetterDecision): readonly unknown[] => [
    id,
    by,
    reason,
    acknowledgedUnknown,
  ];
  return {
    park,
    list: (scope, { status, queue, type, requestId, since, after, limit }) => {
      const filters = [status, after ?? 0, queue ?? null, type ?? null, requestId ?? null, since ?? null];
      const values = [...scopeValues(scope), ...filters, limit];
      return database.query<DeadLetter>({ name: 'dead-letters-list', text: LIST, values });
    },
    find: async (scope, id) => {
      const values = [...scopeValues(scope), id];
      return (await database.query<DeadLetter>({ name: 'dead-letters-find', text: FIND, values }))[0];
    },
    details: async ({ id, eventId, queue, tenantId }) => {
      const [[row], history, same] = await Promise.all([
        database.query<{ body: Uint8Array }>({ text: BODY, values: [id] }),
        database.query<LetterChange>({ text: HISTORY, values: [id] }),
        database.query<{ id: string }>({ text: SAME_EVENT, values: [eventId, queue, id, tenantId] }),
      ]);
      return { body: row?.body ?? new Uint8Array(), history, sameEvent: same.map((other) => other.id) };
    },
    redrive: async (letter, decision) => {
      const values = [...decided(letter, decision), newId()];
      const redriven = (await changes('dead-letters-redrive', REDRIVE, values)) > 0;
      if (redriven) committed();
      return redriven;
    },
    discard: async (letter, decision) =>
      (await changes('dead-letters-discard', DISCARD, decided(letter, decision))) > 0,
    groups: (scope, { after, limit }) =>
      database.query<WaitingGroup>({ text: GROUPS, values: [...scopeValues(scope), after ?? null, limit] }),
    group: (scope, groupId) => database.query<KnownMessage>({ text: GROUP, values: [...scopeValues(scope), groupId] }),
  };
};
