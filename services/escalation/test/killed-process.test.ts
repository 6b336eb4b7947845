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
  eventually,
  type FakeJira,
  freePort,
  startFakeJira,
  startProcess,
  testDatabase,
} from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import { escalatedTasks, escalating, message } from './given-handover.ts';

const BUNDLES = process.env['PAO_DEEP'] === '1' ? 200 : 20;
const AT_ONCE = 4;
const TASKS = 6;
const migrations = new URL('../migrations/', import.meta.url);
const main = pathToFileURL(fileURLToPath(new URL('../src/main.ts', import.meta.url)));
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

/** The world around the service, which outlives its processes. */
const startWorld = async (t: ExecutionContext) => {
  const [emulator, jira, databaseUrl] = await Promise.all([
    startEmulator(),
    startFakeJira(),
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
  return { emulator, jira, databaseUrl, bus, database };
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

test('processes killed at random leave one ticket for each task and every link once, or say that nobody knows', async (t) => {
  t.timeout(BUNDLES * 20_000);
  const { emulator, jira, databaseUrl, bus, database } = await startWorld(t);
  const variables = await environmentOf(emulator.endpoint, databaseUrl, jira);
  const start = async () => {
    const port = await freePort();
    const isReady = answersAt(`http://127.0.0.1:${port}/api/v1/health`);
    return startProcess(main, { environment: { ...variables, PAO_PORT: String(port) }, isReady });
  };
  const labels: string[] = [];
  for (let done = 0; done < BUNDLES; done += AT_ONCE) {
    const bundles = Array.from({ length: AT_ONCE }, () => escalating(escalatedTasks(TASKS)));
    labels.push(...bundles.flatMap(({ tasks }) => tasks.map(({ id }) => `pao-${id}-g1-escalation`)));
    await bus.publish(bundles.map((data) => message(requestEscalatingV1, data.requestId, data)));
    const killed = await start();
    const until = jira.calls.length + randomInt(1, AT_ONCE * TASKS * 4);
    await eventually(() => jira.calls.length >= until, { timeoutMs: 4_000, everyMs: 1 }).catch(() => undefined);
    await sleep(randomInt(0, 5));
    await killed.kill();
  }
  const last = await start();
  const rows = (text: string) => database.query<{ state: string; task_id: string }>({ text });
  // What a killed process left in doubt is looked for over six minutes: here they pass at once.
  const hurry = async () => {
    await rows("UPDATE ticket_steps SET due_at = now() WHERE state = 'in-doubt' AND due_at > now()");
    await rows(
      "UPDATE handovers h SET due_at = now() WHERE EXISTS (SELECT 1 FROM ticket_steps s WHERE s.request_id = h.request_id AND s.state = 'in-doubt')",
    );
  };
  const OPEN =
    "SELECT state FROM ticket_steps WHERE step <> 'look' AND due_at IS NOT NULL AND state IN ('due', 'started', 'in-doubt')";
  await eventually(
    async () => {
      await hurry();
      const known = await rows("SELECT state FROM ticket_steps WHERE step = 'create'");
      return known.length === labels.length && (await rows(OPEN)).length === 0;
    },
    { timeoutMs: 60_000 + BUNDLES * 2_000, everyMs: 200 },
  );
  await last.kill();
  const flagged = await rows("SELECT state, task_id FROM ticket_steps WHERE step = 'create' AND state = 'flagged'");
  t.log(`${jira.issues.length} tickets, ${jira.links.length} links, ${flagged.length} of which nobody knows`);
  const created = jira.issues.flatMap(({ fields }) => (fields['labels'] as string[])[0] ?? []);
  t.is(new Set(created).size, created.length, 'a task has two tickets');
  t.is(new Set(jira.links.map((link) => JSON.stringify(link))).size, jira.links.length, 'a link was made twice');
  // The search of this Jira finds at once: whatever was created is found again, and only what was not is flagged.
  const unknown = flagged.map(({ task_id }) => `pao-${task_id}-g1-escalation`);
  t.deepEqual([...created, ...unknown].toSorted(), labels.toSorted());
  const links = await rows("SELECT state FROM ticket_steps WHERE step LIKE 'link:%' AND state = 'done'");
  t.is(jira.links.length, links.length);
});
