// @boundaries-ignore the code under test
import { type Publisher, Relay } from '../../../packages/bus/src/index.ts';
import type { Life } from '../engine/scheduler.ts';
import type { Outbox } from './outbox.ts';
import { loggerOf } from './process.ts';
import type { World } from './world.ts';

/** Seldom: each commit wakes the relay, and a poll is for what a crash left. */
const POLL_MS = 15_000;

/** Publishes what one process commits; returns what wakes it. */
export const startRelay = (world: World, life: Life, outbox: Outbox, publisher: Publisher): (() => void) => {
  const logger = loggerOf(world, life);
  const relay = new Relay({ outbox: outbox.readerFor(life), publisher, logger, pollMs: POLL_MS });
  relay.start();
  return () => {
    outbox.kicked(life);
    relay.kick();
  };
};
