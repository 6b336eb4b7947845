import {
  type BodyOf,
  discardDeadLetter,
  getDeadLetter,
  getQueueMessages,
  getQueueStats,
  listDeadLetters,
  listQueueMessages,
  type QueueStats,
  redriveDeadLetter,
  redriveDeadLetters,
} from '@pao/contracts';
import {
  type ApiError,
  apiError,
  createCursor,
  type Identity,
  invalidCursor,
  page,
  type Route,
  route,
} from '@pao/http';
import { z } from 'zod';
import type { DeadLetterStore, LetterDecision, LetterFilter, LetterScope } from '../../core/ports/dead-letter-store.ts';
import type { DecideLetters, LetterRefusal } from '../../core/use-cases/queues/decide-letters.ts';
import { type QueueReading, type ReadQueues, WINDOW_SECONDS } from '../../core/use-cases/queues/read-queues.ts';
import { letterDetails, letterView } from './letter-views.ts';

export interface QueueRoutesOptions {
  readonly read: ReadQueues;
  readonly store: DeadLetterStore;
  readonly decide: DecideLetters;
  readonly queues: ReadonlySet<string>;
  readonly outboxLag: () => Promise<{ readonly waiting: number; readonly oldestSeconds: number }>;
  readonly now: () => Date;
}

/** They look after the bus. */
const LOOK_AFTER_IT = new Set(['operator', 'admin']);
const FIRST_TENANT = 'default';

const mayNot = ({ roles }: Identity): ApiError | undefined =>
  roles.some((role) => LOOK_AFTER_IT.has(role))
    ? undefined
    : apiError({ code: 'FORBIDDEN', message: 'Only operators and admins look after the queues.' });

/** What names no tenant may be anybody's: the admins of the first tenant alone see it. */
const scopeOf = ({ tenant, roles }: Identity): LetterScope => ({
  tenantId: tenant,
  unowned: tenant === FIRST_TENANT && roles.includes('admin'),
});

const notFound = (): ApiError => apiError({ code: 'NOT_FOUND', message: 'There is no such dead letter.' });

const refusalOf = (refusal: LetterRefusal): ApiError =>
  refusal.kind === 'not-found' ? notFound() : apiError({ code: 'CONFLICT', message: refusal.message });

const decisionOf = (
  { email }: Identity,
  {
    reason,
    acknowledgeUnknown,
  }: { readonly reason?: string | undefined; readonly acknowledgeUnknown?: boolean | undefined },
): LetterDecision => ({
  by: email,
  reason: reason === undefined ? null : reason.toWellFormed().replaceAll('\0', ''),
  acknowledgedUnknown: acknowledgeUnknown === true,
});

type Filters = Pick<BodyOf<typeof redriveDeadLetters>, 'queue' | 'type' | 'requestId' | 'since'>;

const filterOf = ({ queue, type, requestId, since }: Filters): Omit<LetterFilter, 'status' | 'limit' | 'after'> => ({
  ...(queue !== undefined && { queue }),
  ...(type !== undefined && { type }),
  ...(requestId !== undefined && { requestId }),
  ...(since !== undefined && { since: new Date(since) }),
});

const rounded = (value: number): number => Math.round(value * 10) / 10;

const oldestOf = ({ now, history }: QueueReading): number | null => {
  if (now && now.waiting + now.inFlight === 0) return 0;
  const seconds = history?.emptySecondsAgo ?? null;
  return seconds === null ? null : Math.ceil(seconds);
};

const statsOf = (reading: QueueReading): QueueStats => {
  const { name, now, history, counts, deadLettersWaiting } = reading;
  const net = history?.netPerMinute ?? null;
  return {
    queue: name,
    kind: name.startsWith('tasks-') ? 'pool' : 'inbox',
    waiting: now?.waiting ?? null,
    inFlight: now?.inFlight ?? null,
    delayed: now?.delayed ?? null,
    oldestSecondsAtMost: oldestOf(reading),
    perMinute: {
      net: net === null ? null : rounded(net),
      parked: rounded(((counts?.recently ?? 0) * 60) / WINDOW_SECONDS),
    },
    consumers: null,
    deadLetters: { waiting: deadLettersWaiting, parked: counts?.parked ?? 0 },
  };
};

const positions = createCursor('dead-letters-1', z.int().min(0));
const groups = createCursor('message-groups-1', z.string().max(256));

/** Where a page starts; an error for what is no cursor of the list. */
const placeOf = <T>(cursors: ReturnType<typeof createCursor<z.ZodType<T>>>, cursor: string | undefined) =>
  cursor === undefined ? undefined : cursors.decode(cursor);

const readingRoutes = ({ read, store, queues, outboxLag, now }: QueueRoutesOptions): readonly Route[] => [
  route(getQueueStats, async ({ identity }) => {
    const refused = mayNot(identity);
    if (refused) return refused;
    const [readings, lag] = await Promise.all([read(identity.tenant), outboxLag()]);
    const outbox = { waiting: lag.waiting, oldestSeconds: Math.round(lag.oldestSeconds) };
    return {
      data: { at: now().toISOString(), windowSeconds: WINDOW_SECONDS, outbox, queues: readings.map(statsOf) },
    };
  }),
  route(listQueueMessages, async ({ query: { limit, cursor }, identity }) => {
    const after = placeOf(groups, cursor);
    const refused = mayNot(identity) ?? (after && !after.ok ? invalidCursor() : undefined);
    if (refused) return refused;
    const place = after?.ok ? { after: after.value } : {};
    const rows = await store.groups(scopeOf(identity), { ...place, limit: limit + 1 });
    const { data, pagination } = page(rows, limit, ({ groupId }) => groups.encode(groupId));
    const toView = ({ groupId, oldestAt, ...row }: (typeof data)[number]) => ({
      messageGroupId: groupId,
      ...row,
      oldestAt: oldestAt.toISOString(),
    });
    return { data: data.map(toView), pagination };
  }),
  route(getQueueMessages, async ({ params: { groupId }, identity }) => {
    const refused = mayNot(identity);
    if (refused) return refused;
    const found = await store.group(scopeOf(identity), groupId);
    if (found.length === 0) return apiError({ code: 'NOT_FOUND', message: 'No message of this group is known.' });
    return { data: found.map((message) => ({ ...message, since: message.since.toISOString() })) };
  }),
  route(listDeadLetters, async ({ query: { limit, cursor, status, ...filters }, identity }) => {
    const after = placeOf(positions, cursor);
    const refused = mayNot(identity) ?? (after && !after.ok ? invalidCursor() : undefined);
    if (refused) return refused;
    const place = after?.ok ? { after: after.value } : {};
    const filter = { ...filterOf(filters), ...place, status, limit: limit + 1 };
    const { data, pagination } = page(await store.list(scopeOf(identity), filter), limit, ({ position }) =>
      positions.encode(position),
    );
    return { data: data.map((letter) => letterView(letter, queues)), pagination };
  }),
  route(getDeadLetter, async ({ params: { id }, identity }) => {
    const refused = mayNot(identity);
    if (refused) return refused;
    const letter = await store.find(scopeOf(identity), id);
    return letter ? { data: letterDetails(letter, await store.details(letter), queues) } : notFound();
  }),
];

const decidingRoutes = ({ decide, queues }: QueueRoutesOptions): readonly Route[] => [
  route(redriveDeadLetters, async ({ body: { cursor, limit, dryRun, ...body }, identity }) => {
    const after = placeOf(positions, cursor);
    const refused = mayNot(identity) ?? (after && !after.ok ? invalidCursor() : undefined);
    if (refused) return refused;
    const place = after?.ok ? { after: after.value } : {};
    const filter: LetterFilter = { ...filterOf(body), ...place, status: 'parked', limit };
    const decision = { ...decisionOf(identity, body), dryRun };
    const { results, more } = await decide.redriveAll(scopeOf(identity), filter, decision);
    const last = results.at(-1);
    return {
      data: {
        dryRun,
        results: results.map(({ letter: { id, queue, type, requestId }, outcome, message }) => ({
          ...{ id, queue, type, requestId },
          outcome,
          message,
        })),
        nextCursor: more && last ? positions.encode(last.letter.position) : null,
      },
    };
  }),
  route(redriveDeadLetter, async ({ params: { id }, body, identity }) => {
    const refused = mayNot(identity);
    if (refused) return refused;
    const redriven = await decide.redrive(scopeOf(identity), id, decisionOf(identity, body));
    return redriven.ok ? { data: letterView(redriven.value, queues) } : refusalOf(redriven.error);
  }),
  route(discardDeadLetter, async ({ params: { id }, body, identity }) => {
    const refused = mayNot(identity);
    if (refused) return refused;
    const discarded = await decide.discard(scopeOf(identity), id, decisionOf(identity, body));
    return discarded.ok ? { data: letterView(discarded.value, queues) } : refusalOf(discarded.error);
  }),
];

/** What operators see and do of the bus. */
export const queueRoutes = (options: QueueRoutesOptions): readonly Route[] => [
  ...readingRoutes(options),
  ...decidingRoutes(options),
];
