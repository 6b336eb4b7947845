import {
  decodeMessage,
  type EnvelopeFields,
  type EscalatedTask,
  encodeMessage,
  escalationOpenedV1,
  requestEscalatingV1,
  ticketResolvedV1,
} from '@pao/contracts';
import { createUuidV7 } from '@pao/kernel';
// @boundaries-ignore the code under test
import type { OutgoingMessage } from '../../../packages/bus/src/index.ts';
import { EPOCH } from '../engine/virtual-time.ts';
import type { World } from './world.ts';

/** What people fill in when they have done a task: whatever any later task may read of it. */
export const outputsByHand = (number: number) => {
  const id = `hand-${number}`;
  return { firstId: id, secondId: id, thirdId: id, lastId: id, neverId: id, key: id, url: id, id };
};

export interface TicketDesk {
  /** True when the message was for the desk. */
  take(type: string, body: string): boolean;
}

const TICKETS = new Set(['request-escalating.v1', 'escalated-task-settled.v1', 'hand-back-refused.v1']);

/**
 * Stands in for the tickets of the escalation service, and for the people who work on them: opens them, closes some as done, some
 * as declined, and leaves the rest to whoever completes tasks by hand.
 */
export const createTicketDesk = (world: World, send: (message: OutgoingMessage) => void): TicketDesk => {
  const { scheduler, random } = world;
  const known = new Set<string>();
  const now = (): Date => new Date(EPOCH + Math.floor(scheduler.now));
  const newId = createUuidV7(
    () => now().getTime(),
    (count) => random.bytes(count),
  );
  let tickets = 0;

  const later = (ms: number, requestId: string, type: string, encode: (fields: EnvelopeFields) => string): void =>
    void scheduler.after(ms, undefined, '', () => {
      const id = newId();
      const fields = { id, subject: requestId, time: now(), correlationId: 'desk', tenantId: 'default' };
      const message = { id, destination: 'topic:escalation-events', groupId: requestId, dedupId: id, type } as const;
      send({ ...message, body: encode(fields) });
    });

  const resolve = (requestId: string, { id: taskId, generation }: EscalatedTask, key: string, delay: number): void => {
    const isDone = random.chance(0.9);
    later(delay, requestId, ticketResolvedV1.type, (fields) =>
      encodeMessage(ticketResolvedV1, fields, {
        requestId,
        taskId,
        generation,
        key,
        url: `https://jira.test/browse/${key}`,
        outcome: isDone ? 'done' : 'declined',
        resolution: isDone ? 'Done' : "Won't Do",
        outputs: isDone && random.chance(0.9) ? outputsByHand(tickets) : {},
        resolvedBy: 'desk@example.test',
        resolvedAt: now().toISOString(),
      }),
    );
  };

  return {
    take: (type, body) => {
      if (!TICKETS.has(type)) return false;
      if (type !== requestEscalatingV1.type) return true;
      const { requestId, round, tasks } = decodeMessage(requestEscalatingV1, body).data;
      const name = `${requestId} ${round}`;
      if (known.has(name)) return true;
      known.add(name);
      const opened = tasks.filter(({ ticketed }) => ticketed).map((task) => ({ task, key: `DESK-${(tickets += 1)}` }));
      later(random.between(100, 60_000), requestId, escalationOpenedV1.type, (fields) =>
        encodeMessage(escalationOpenedV1, fields, {
          requestId,
          round,
          tickets: opened.map(({ task: { id: taskId, generation }, key }) => {
            return { taskId, generation, key, url: `https://jira.test/browse/${key}` };
          }),
          openedAt: now().toISOString(),
        }),
      );
      for (const { task, key } of opened) {
        if (random.chance(0.6)) resolve(requestId, task, key, random.between(1_000, 200_000));
      }
      return true;
    },
  };
};
