import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createAwsBus, createTopology, ensureTopology } from '@pao/bus';
import { startEmulator } from '@pao/bus/emulator';
import { requestEscalatingV1 } from '@pao/contracts';
import { generateIdentityKeys } from '@pao/http';
import { openDatabase } from '@pao/postgres';
import {
  answersAt,
  type Behaviour,
  eventually,
  type FakeJira,
  freePort,
  rateLimited,
  replyWith,
  startFakeJira,
  startProcess,
  testDatabase,
} from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import { escalatedTasks, escalating, message } from './given-handover.ts';

/** One bundle each. */
const KILLS = process.env['PAO_DEEP'] === '1' ? 200 : 10;
const TASKS = 6;
const migrations = new URL('../migrations/', import.meta.url);
const main = pathToFileURL(fileURLToPath(new URL('../src/main.ts', import.meta.url)));
/** The search of this Jira lags behind by up to five minutes, in a time that passes faster than ours. */
const MOST_LAG_MS = 300_000;
const PASSED_MS = 80_000;
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

/** The world around the service, which outlives its processes. */
const startWorld = async (t: ExecutionContext) => {
  let ahead = 0;
  const lagging = {
    now: () => new Date(Date.now() + ahead),
    // Another one for each search.
    get searchLagMs() {
      return randomInt(0, MOST_LAG_MS);
    },
  };
  const [emulator, jira, databaseUrl] = await Promise.all([
    startEmulator(),
    startFakeJira(lagging),
    testDatabase({ schema: 'pao_escalation', migrations }),
  ]);
  const connection = { region: 'us-east-1', endpoint: emulator.endpoint, credentials };
  const topology = createTopology();
  await ensureTopology(connection, topology);
  const bus = createAwsBus({ ...connection, topology });
  const database = openDatabase({ url: databaseUrl, schema: 'pao_escalation', applicationName: 'test' });
  t.teardown(async () => {
    await Promise.all([bus.close(), database.close(), jira.close()]);
    await emulator.stop();
  });
  const pass = (ms: number) => {
    ahead += ms;
  };
  return { emulator, jira, databaseUrl, bus, database, pass };
};

const environmentOf = async (endpoint: string, databaseUrl: string, jira: FakeJira) => ({
  DATABASE_URL: databaseUrl,
  PAO_IDENTITY_PUBLIC_KEYS: JSON.stringify((await generateIdentityKeys()).publicKeys),
  AWS_ENDPOINT_URL: endpoint,
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  PAO_JIRA_URL: jira.url,
  PAO_JIRA_EMAIL: 'pao@example.test',
  PAO_JIRA_API_TOKEN: 'a-secret-token',
  PAO_EGRESS_ALLOW: jira.host,
  PAO_ESCALATION_JIRA_PROJECT: 'OPS',
  PAO_ESCALATION_LEASE_SECONDS: '2',
  PAO_LOG_LEVEL: 'silent',
});

/** What a Jira does now and then: too busy, broken before or after it did what it was asked, or cut off. */
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

test('processes killed at random leave one ticket for each task and every link once, or say that nobody knows', async (t) => {
  t.timeout(120_000 + KILLS * 20_000);
  const { emulator, jira, databaseUrl, bus, database, pass } = await startWorld(t);
  const variables = await environmentOf(emulator.endpoint, databaseUrl, jira);
  const start = async () => {
    const port = await freePort();
    const isReady = answersAt(`http://127.0.0.1:${port}/api/v1/health`);
    return startProcess(main, { environment: { ...variables, PAO_PORT: String(port) }, isReady });
  };
  const rows = (text: string) => database.query<{ state: string; task_id: string; issue_key: string }>({ text });
  // What waits for minutes, as after a crash and for a search that lags, has its turn at once; meanwhile Jira's own time passes.
  const hurry = async () => {
    pass(PASSED_MS);
    await rows(`UPDATE ticket_steps SET due_at = now() WHERE ${UNDONE} AND state <> 'started' AND due_at > now()`);
    await rows(`UPDATE handovers h SET due_at = now()
      WHERE EXISTS (SELECT 1 FROM ticket_steps s WHERE s.request_id = h.request_id AND ${UNDONE} AND due_at <= now())`);
  };
  const labels: string[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    const bundle = escalating(escalatedTasks(TASKS));
    labels.push(...bundle.tasks.map(({ id }) => `pao-${id}-g1-escalation`));
    await bus.publish([message(requestEscalatingV1, bundle.requestId, bundle)]);
    const killed = await start();
    jira.next(...troubles());
    const until = jira.calls.length + randomInt(1, TASKS * 5);
    await eventually(() => jira.calls.length >= until, { timeoutMs: 2_000, everyMs: 1 }).catch(() => undefined);
    await sleep(randomInt(0, 5));
    await killed.kill();
    await hurry();
  }
  const last = await start();
  await eventually(
    async () => {
      await hurry();
      const known = await rows("SELECT state FROM ticket_steps WHERE step = 'create'");
      return (
        known.length === labels.length && (await rows(`SELECT state FROM ticket_steps WHERE ${UNDONE}`)).length === 0
      );
    },
    { timeoutMs: 60_000 + KILLS * 2_000, everyMs: 500 },
  );
  await last.kill();
  const flagged = await rows("SELECT state, task_id FROM ticket_steps WHERE step = 'create' AND state = 'flagged'");
  const created = jira.issues.flatMap(({ fields }) => (fields['labels'] as string[])[0] ?? []);
  const unknown = new Set(flagged.map(({ task_id }) => `pao-${task_id}-g1-escalation`));
  const hidden = created.filter((label) => unknown.has(label)).length;
  t.log(`${KILLS} kills: ${created.length} tickets, ${jira.links.length} links, ${unknown.size} of which nobody knows`);
  t.log(`of these ${hidden} are there, behind a search that lagged for too long`);
  t.is(new Set(created).size, created.length, 'a task has two tickets');
  t.is(new Set(jira.links.map((link) => JSON.stringify(link))).size, jira.links.length, 'a link was made twice');
  // Whatever is not there is flagged, and of what is there only what nobody could see.
  t.deepEqual([...new Set([...created, ...unknown])].toSorted(), labels.toSorted());
  const open = await rows("SELECT task_id, issue_key FROM tickets WHERE state = 'open'");
  t.is(open.length + unknown.size, labels.length);
  const keys = new Map(jira.issues.map(({ key, fields }) => [key, (fields['labels'] as string[])[0]]));
  for (const { task_id, issue_key } of open) t.is(keys.get(issue_key), `pao-${task_id}-g1-escalation`);
  const links = await rows("SELECT state FROM ticket_steps WHERE step LIKE 'link:%' AND state = 'done'");
  t.is(jira.links.length, links.length);
});
