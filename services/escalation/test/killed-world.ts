import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createAwsBus, createTopology, ensureTopology } from '@pao/bus';
import { startEmulator } from '@pao/bus/emulator';
import { type RequestEscalatingV1, requestEscalatingV1 } from '@pao/contracts';
import { generateIdentityKeys } from '@pao/http';
import { openDatabase } from '@pao/postgres';
import {
  answersAt,
  type Behaviour,
  eventually,
  type FakeServer,
  freePort,
  rateLimited,
  replyWith,
  startProcess,
  testDatabase,
} from '@pao/testkit';
import type { ExecutionContext } from 'ava';
import { message } from './given-handover.ts';

const migrations = new URL('../migrations/', import.meta.url);
const main = pathToFileURL(fileURLToPath(new URL('../src/main.ts', import.meta.url)));
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

/** What a ticket system does now and then: too busy, broken before or after it did what it was asked, or cut off. */
const troubles = (): Behaviour[] => {
  const all: readonly Behaviour[] = [
    rateLimited(0),
    replyWith(500, { errorMessages: ['broken'] }),
    { kind: 'reply', reply: { status: 500, body: { errorMessages: ['broken after the work'] } } },
    { kind: 'truncate' },
    { kind: 'reset', afterBytes: 20 },
    { kind: 'delay', delayMs: 20 },
  ];
  return all.filter(() => randomInt(0, 3) === 0).toSorted(() => randomInt(0, 3) - 1);
};

const UNDONE = "step <> 'look' AND state IN ('due', 'started', 'in-doubt') AND due_at IS NOT NULL";

interface KilledOptions {
  /** Where the tickets are. */
  readonly fake: FakeServer;
  readonly environment: Readonly<Record<string, string>>;
  /** Time passes, faster than ours. */
  readonly pass?: () => void;
}

/** The world around the service, which outlives its processes. */
export const startKilledWorld = async (t: ExecutionContext, { fake, environment, pass }: KilledOptions) => {
  const [emulator, databaseUrl, { publicKeys }] = await Promise.all([
    startEmulator(),
    testDatabase({ schema: 'pao_escalation', migrations }),
    generateIdentityKeys(),
  ]);
  const connection = { region: 'us-east-1', endpoint: emulator.endpoint, credentials };
  const topology = createTopology();
  await ensureTopology(connection, topology);
  const bus = createAwsBus({ ...connection, topology });
  const database = openDatabase({ url: databaseUrl, schema: 'pao_escalation', applicationName: 'test' });
  t.teardown(async () => {
    await Promise.all([bus.close(), database.close()]);
    await emulator.stop();
  });
  const variables = {
    DATABASE_URL: databaseUrl,
    PAO_IDENTITY_PUBLIC_KEYS: JSON.stringify(publicKeys),
    AWS_ENDPOINT_URL: emulator.endpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    PAO_ESCALATION_LEASE_SECONDS: '2',
    PAO_LOG_LEVEL: 'silent',
    ...environment,
  };
  const start = async () => {
    const port = await freePort();
    const isReady = answersAt(`http://127.0.0.1:${port}/api/v1/health`);
    return startProcess(main, { environment: { ...variables, PAO_PORT: String(port) }, isReady });
  };
  const rows = (text: string) => database.query<{ state: string; task_id: string; issue_key: string }>({ text });
  // What waits for minutes, as after a crash and for a search that lags, has its turn at once.
  const hurry = async (): Promise<void> => {
    pass?.();
    await rows(`UPDATE ticket_steps SET due_at = now() WHERE ${UNDONE} AND state <> 'started' AND due_at > now()`);
    await rows(`UPDATE handovers h SET due_at = now()
      WHERE EXISTS (SELECT 1 FROM ticket_steps s WHERE s.request_id = h.request_id AND ${UNDONE} AND due_at <= now())`);
  };
  /** Hands it over, and kills whoever opens its tickets at some call or other. */
  const killAmid = async (data: RequestEscalatingV1, mostCalls: number): Promise<void> => {
    await bus.publish([message(requestEscalatingV1, data.requestId, data)]);
    const killed = await start();
    fake.next(...troubles());
    const until = fake.calls.length + randomInt(1, mostCalls);
    await eventually(() => fake.calls.length >= until, { timeoutMs: 2_000, everyMs: 1 }).catch(() => undefined);
    await sleep(randomInt(0, 5));
    await killed.kill();
    await hurry();
  };
  /** The last process does all that is left for so many tickets. */
  const finish = async (tickets: number, timeoutMs: number): Promise<void> => {
    const last = await start();
    const isDone = async (): Promise<boolean> => {
      await hurry();
      const known = await rows("SELECT state FROM ticket_steps WHERE step = 'create'");
      return known.length === tickets && (await rows(`SELECT state FROM ticket_steps WHERE ${UNDONE}`)).length === 0;
    };
    await eventually(isDone, { timeoutMs, everyMs: 500 });
    await last.kill();
  };
  return { rows, killAmid, finish };
};
