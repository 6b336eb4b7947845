import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { operations, type RequestDetails, type RequestEscalation } from '@pao/contracts';
import { eventually, type FakeJira, startFakeJira } from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import { gift, STEPS, startStepTarget, writeSixSteps } from './harness/six-steps.ts';
import { type Standalone, startStandalone, temporaryDirectory } from './harness/standalone.ts';
import { getData, submit, untilAtRest } from './harness/steps.ts';

// A bundle of six tasks that fails at any of them ends with the same outputs, whichever way people hand it back.

const DEVCTL = fileURLToPath(new URL('../packages/devctl/bin/devctl.mjs', import.meta.url));
const run = promisify(execFile);
const WITHIN = { timeoutMs: 120_000, everyMs: 100 };

let system: Standalone;
let jira: FakeJira;
let target: Awaited<ReturnType<typeof startStepTarget>>;
let directory: { path: string; remove(): Promise<void> };
let automatic: Readonly<Record<string, unknown>>;

test.before(async () => {
  directory = await temporaryDirectory();
  [target, jira] = await Promise.all([startStepTarget(), startFakeJira()]);
  const catalog = join(directory.path, 'catalog');
  await writeSixSteps(catalog, target.host);
  system = await startStandalone({
    dataDirectory: join(directory.path, 'data'),
    sharesDatabaseServer: true,
    environment: {
      PAO_CATALOG: catalog,
      PAO_EGRESS_ALLOW: `${target.host},${jira.host}`,
      PAO_JIRA_URL: jira.url,
      PAO_JIRA_EMAIL: 'pao@example.test',
      PAO_JIRA_API_TOKEN: 'a-secret-token',
      PAO_ESCALATION_SWEEP_SECONDS: '1',
    },
  });
  automatic = outputsOf(await untilAtRest(system, await submitted('all-automatic', 0)));
});

test.after.always(async () => {
  await system?.kill();
  await Promise.all([target?.close(), jira?.close()]);
  await directory?.remove();
});

const submitted = async (name: string, failAt: number): Promise<string> => {
  const [id = ''] = await submit(system, [{ bundle: 'bundle-six-steps', input: { name, basic: { failAt } } }]);
  return id;
};

const read = (id: string): Promise<RequestDetails> => getData(system, operations.getRequest, { params: { id } });

/** What the documents say that the tasks give; a call has a status beside that, which no person is asked for. */
const outputsOf = ({ tasks }: RequestDetails): Readonly<Record<string, unknown>> => {
  const entries = tasks.flatMap(({ outputs }) => Object.entries(outputs));
  return Object.fromEntries(entries.filter(([name]) => /^id\d$/.test(name)));
};

/** Hands it to people, and answers its tickets once each has its own. */
const ticketsOf = async (id: string): Promise<RequestEscalation['tickets']> => {
  await getData(system, operations.escalateRequest, { params: { id }, body: { reason: 'the target refuses' } });
  return eventually(async () => {
    if ((await read(id)).status !== 'escalated') return false;
    const { tickets } = await getData(system, operations.getRequestEscalation, { params: { id } });
    return tickets.every(({ key }) => key !== null) && tickets;
  }, WITHIN);
};

type HandBack = (id: string, failAt: number) => Promise<void>;

/** The ticket of the failed task is closed with a fenced block; automation has the rest. */
const resumed: HandBack = async (id, failAt) => {
  const key = (await ticketsOf(id))[0]?.key ?? '';
  jira.comment(key, `Done.\n\`\`\`outputs\nid${failAt}: ${gift(failAt)}\n\`\`\``);
  jira.resolve(key);
  await eventually(async () => (await read(id)).tasks[failAt - 1]?.status === 'completed', WITHIN);
  // Whoever completed the last task by hand has completed the request.
  if (failAt < STEPS) await getData(system, operations.resumeRequest, { params: { id }, body: {} });
};

/** The outputs are typed in; automation has the rest. */
const typedIn: HandBack = async (id, failAt) => {
  const given = ['--set', `id${failAt}=${gift(failAt)}`, '--note', 'made in the console'];
  const env = { ...process.env, PAO_URL: system.url };
  await run(process.execPath, [DEVCTL, 'request', 'complete-task', id, String(failAt), ...given], { env });
};

/** Everything that is left is done by ticket, the later ones first, with the outputs in fields of the tickets. */
const byTickets: HandBack = async (id) => {
  for (const { key, position } of (await ticketsOf(id)).toReversed()) {
    jira.edit(key ?? '', { [`customfield_1000${position}`]: gift(position) });
    jira.resolve(key ?? '');
  }
};

const WAYS: readonly (readonly [string, HandBack, (step: number, failAt: number) => boolean])[] = [
  ['resumed after its ticket was closed', resumed, () => true],
  ['completed by devctl', typedIn, () => true],
  ['finished by tickets', byTickets, (step, failAt) => step <= failAt],
];

const play = async (t: ExecutionContext, way: (typeof WAYS)[number], failAt: number): Promise<void> => {
  const [how, handBack, isAutomated] = way;
  const name = `${how.replaceAll(' ', '-')}-at-${failAt}`;
  const id = await submitted(name, failAt);
  t.is((await untilAtRest(system, id)).status, 'failed', name);
  await handBack(id, failAt);
  const ended = await eventually(async () => {
    const request = await read(id);
    return request.status === 'completed' && request;
  }, WITHIN);
  t.deepEqual(outputsOf(ended), automatic, name);
  const steps = Array.from({ length: STEPS }, (_, index) => index + 1);
  // The target's own ledger: each step that automation did once, in order, and with what the one before gave.
  t.deepEqual(
    target.callsOf(name).map(({ step, before }) => [step, before]),
    steps.filter((step) => isAutomated(step, failAt)).map((step) => [step, step === 1 ? '' : gift(step - 1)]),
    name,
  );
};

for (const way of WAYS) {
  test(`a request that failed at any of six tasks ends as if nothing had failed: ${way[0]}`, async (t) => {
    t.timeout(180_000);
    t.deepEqual(automatic, Object.fromEntries(Array.from({ length: STEPS }, (_, at) => [`id${at + 1}`, gift(at + 1)])));
    await Promise.all(Array.from({ length: STEPS }, (_, at) => play(t, way, at + 1)));
  });
}
