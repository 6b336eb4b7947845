// @boundaries-ignore the code under test
import type { OutboxReader, OutgoingMessage } from '../../../packages/bus/src/index.ts';
import type { Life } from '../engine/scheduler.ts';
import { call } from './call.ts';
import type { World } from './world.ts';

/** How often who follows looks whether the leader still stands. */
const FOLLOW_MS = 15_000;

/** The outbox table of one service. */
export interface Outbox {
  add(messages: readonly OutgoingMessage[]): void;
  rows(): readonly OutgoingMessage[];
  /** As one process reads it. One of them leads at a time. */
  readerFor(life: Life): OutboxReader;
  /** A process is about to wake its relay. */
  kicked(life: Life): void;
}

export const createOutbox = (world: World, name: string): Outbox => {
  let rows: readonly OutgoingMessage[] = [];
  let leader: Life | undefined;
  const listeners = new Map<Life, () => void>();
  /** Who follows, and who committed something before they did. */
  const waiting = new Map<Life, () => void>();
  const early = new Set<Life>();
  return {
    rows: () => rows,
    kicked: (life) => {
      const wake = waiting.get(life);
      if (wake) wake();
      else early.add(life);
    },
    add: (messages) => {
      rows = [...rows, ...messages];
    },
    readerFor: (life) => {
      const follows = (): boolean => leader !== undefined && !leader.dead && leader !== life;
      /** Until its process commits something, or it is time to see whether the leader still stands. */
      const kickedOrPatient = (): Promise<void> =>
        new Promise((resolve) => {
          if (early.delete(life)) return resolve();
          const patience = world.scheduler.after(FOLLOW_MS, life, '', resolve);
          waiting.set(life, () => {
            waiting.delete(life);
            patience.cancelled = true;
            resolve();
          });
        });
      return {
        lead: async () => {
          // Who follows would ask every other second for nothing, which would be a third of all that happens in a run.
          if (follows()) await kickedOrPatient();
          early.delete(life);
          if (follows()) return false;
          return call(world, life, `${name}.lead`, () => {
            if (leader === undefined || leader.dead) leader = life;
            return leader === life;
          });
        },
        next: ({ published, limit, except }) =>
          call(world, life, `${name}.next`, () => {
            const gone = new Set(published);
            rows = rows.filter(({ id }) => !gone.has(id));
            return rows
              .filter(
                (row) => !except.some((lane) => lane.destination === row.destination && lane.groupId === row.groupId),
              )
              .slice(0, limit);
          }),
        notifyLeader: () =>
          call(world, life, `${name}.notify`, () => {
            const told = leader;
            const listener = told && listeners.get(told);
            if (listener) world.scheduler.after(world.random.between(0.1, 5), told, '', listener);
          }),
        onNotified: (listener) => void listeners.set(life, listener),
        release: async () => {
          if (leader === life) leader = undefined;
        },
      };
    },
  };
};
