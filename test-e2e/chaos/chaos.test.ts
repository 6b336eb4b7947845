import { randomInt } from 'node:crypto';
import { chmod } from 'node:fs/promises';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { operations } from '@pao/contracts';
import { eventually } from '@pao/testkit';
import test from 'ava';
import { temporaryDirectory } from '../harness/standalone.ts';
import { writeVersion } from './catalog.ts';
import { judge, type Listed, listAll } from './judge.ts';
import { type Load, startLoad } from './load.ts';
import { type People, startPeople } from './people.ts';
import { POINTS } from './points.ts';
import { type Point, PROCESSES } from './world/trigger.ts';
import { startWorld, type World } from './world/world.ts';

// Real processes, a durable database and bus, targets with ledgers of their own, people who decide, and everything dies all the time.

const DEEP = process.env['PAO_DEEP'] === '1';
/** At each point once a round; at random so many a round. */
const ROUNDS = DEEP ? 15 : 1;
const AT_RANDOM = 16;
const LEAST_KILLS = DEEP ? 1_000 : 60;

const inRound = (title: string, round: number): string => (DEEP ? `${title}, round ${round}` : title);

let world: World;
let load: Load;
let people: People;
let directory: { path: string; remove(): Promise<void> };
let authoring: NodeJS.Timeout;
let kills = 0;

/** The next answer breaks off after so many bytes, when it is the answer to a first try. */
let bytes = 0;
const cutAfter = (request: string): number | undefined => (request.includes('-g1-') ? bytes++ : undefined);

test.before(async () => {
  directory = await temporaryDirectory();
  await chmod(directory.path, 0o755);
  world = await startWorld(directory.path, cutAfter);
  people = startPeople(world);
  load = startLoad(world, { clients: 2, everyMs: 700 });
  let version = 0;
  authoring = setInterval(() => void writeVersion(world.catalog, version++), 1_500);
});

test.after.always(async () => {
  clearInterval(authoring);
  // They would go on for ever after a test that failed, and this process with them.
  await people?.stop();
  await world?.stop();
  await directory?.remove();
});

/** With so much dying, what leads to a point may take its time. */
const HIT_MS = 60_000;

/** @returns those that nobody came to */
const killAt = async (points: readonly Point[]): Promise<readonly Point[]> => {
  const missed: Point[] = [];
  for (const point of points) {
    if ((await world.arm(point, HIT_MS)) === undefined) missed.push(point);
    else kills += 1;
  }
  return missed;
};

const describe = ({ of, what, moment }: Point): string => `${of}, ${moment} ${what}`;

for (let round = 1; round <= ROUNDS; round += 1) {
  test.serial(inRound('each process dies at every step of its way', round), async (t) => {
    t.timeout(600_000);
    // The processes die independently of one another, several at once.
    const missed = (await Promise.all(POINTS.map(killAt))).flat();
    await world.up();
    // Some are reached only when nothing else dies.
    const never = await killAt(missed);
    t.deepEqual(never.map(describe), [], 'points that nobody came to');
    t.log(`${kills} kills, ${load.accepted.length} requests, ${people.decisions.length} decisions`);
  });
}

/** Longer than the lease of an attempt: its time of four seconds, and the thirty that it has for its end. */
const FROZEN_MS = 38_000;

const FREEZE: Point = { of: 'executor', what: 'target POST /second', moment: 'before', freezeMs: FROZEN_MS };

for (let round = 1; round <= ROUNDS; round += 1) {
  test.serial(
    inRound('processes die at random while one stands still, and database, bus and network go away', round),
    async (t) => {
      t.timeout(300_000);
      const asleep = await world.arm(FREEZE, HIT_MS);
      t.truthy(asleep, 'an executor was stopped in the middle of a call');
      const thawed = sleep(FROZEN_MS);
      const others = PROCESSES.filter((name) => name !== asleep);
      for (let count = 0; count < AT_RANDOM; count += 1) {
        await sleep(randomInt(300, 2_500));
        if (world.kill(others[randomInt(others.length)] ?? 'gateway')) kills += 1;
        if (count % 7 === 2) await world.database.fail(randomInt(0, 500));
        if (count % 7 === 4) await world.bus.fail(randomInt(0, 500));
        if (count % 7 === 6) for (const wire of Object.values(world.wires)) wire.cut();
      }
      await thawed;
      t.log(`${kills} kills so far`);
    },
  );
}

/** What is being escalated waits for Jira, whose search is asked for minutes whether a ticket is there that nobody saw made. */
const AT_REST = new Set(['completed', 'failed', 'aborted', 'escalating', 'escalated']);

/** What is known of the tickets of a request, for whoever wonders why it does not go on. */
const ticketsOf = async (id: string): Promise<string> => {
  const found = await world.client.call(operations.getRequestEscalation, { params: { id } });
  return found.ok ? JSON.stringify(found.value.data.tickets) : found.error.kind;
};

/** @returns milliseconds */
const untilAll = async (isDone: (request: Listed) => boolean, withinMs: number): Promise<number> => {
  const began = Date.now();
  let left: readonly string[] = [];
  const isSo = async (): Promise<boolean> => {
    left = (await listAll(world)).flatMap((one) => (isDone(one) ? [] : [`${one.id} is ${one.status}`]));
    return left.length === 0;
  };
  await eventually(isSo, { timeoutMs: withinMs, everyMs: 500 }).catch(async () => {
    const shown = await Promise.all(
      left.slice(0, 10).map(async (one) => `${one}, ${await ticketsOf(one.slice(0, 36))}`),
    );
    throw new Error(`after ${withinMs} ms ${left.length} are not where they should be:\n${shown.join('\n')}`);
  });
  return Date.now() - began;
};

test.serial('after the last fault all goes on within half a minute, and ends', async (t) => {
  t.timeout(300_000);
  await load.stop();
  await world.up();
  const since = new Date().toISOString();
  const progressMs = await untilAll(({ status, updatedAt }) => AT_REST.has(status) || updatedAt > since, 30_000);
  const endMs = await untilAll(({ status }) => status === 'completed', 240_000);
  t.log(`${load.sent.length} requests: all have gone on after ${progressMs} ms, and ended after ${endMs} ms more`);
  t.pass();
});

/** How many bytes the target answers with. */
const answerBytes = async (): Promise<number> => {
  const [host = '', port] = world.outside.target.host.split(':');
  const socket = connect({ host, port: Number(port) });
  socket.write('POST /broken HTTP/1.1\r\nhost: target\r\ncontent-length: 2\r\n\r\n{}');
  let length = 0;
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (chunk.toString('latin1').endsWith('\r\n0\r\n\r\n')) break;
  }
  return length;
};

test.serial(
  'an answer that breaks off at whatever byte is no failure and no success, and nothing is asked twice',
  async (t) => {
    t.timeout(120_000);
    const length = await answerBytes();
    const before = load.accepted.length;
    for (let count = 0; count < length; count += 10) {
      await Promise.all(Array.from({ length: 10 }, () => load.ask({ catalogItemId: 'testing-broken' })));
    }
    const ids = new Set(load.accepted.slice(before).flatMap((one) => one.ids));
    const decidedOn = () => people.decisions.filter(({ requestId }) => ids.has(requestId));
    await eventually(() => decidedOn().length >= length, { timeoutMs: 60_000, everyMs: 200 });
    t.true(bytes >= length, `${bytes} of ${length} bytes`);
    t.deepEqual(new Set(decidedOn().map(({ stuck }) => stuck)), new Set(['outcome-unknown']));
  },
);

test.serial('nothing is lost, and nothing was done twice but by the word of a person', async (t) => {
  t.timeout(300_000);
  await untilAll(({ status }) => status === 'completed', 120_000);
  await people.stop();
  const findings = await judge(world, { ...load, decisions: people.decisions });
  t.deepEqual(findings, []);
  t.true(kills >= LEAST_KILLS, `${kills} kills`);
  t.deepEqual(world.outside.github.violations, []);
});
