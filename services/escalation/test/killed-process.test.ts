import { randomInt } from 'node:crypto';
import { startFakeJira, startFakeServiceNow } from '@pao/testkit';
import test from 'ava';
import { escalatedTasks, escalating } from './given-handover.ts';
import { startKilledWorld } from './killed-world.ts';

/** One bundle each. */
const KILLS = process.env['PAO_DEEP'] === '1' ? 200 : 4;
const SERVICENOW_KILLS = process.env['PAO_DEEP'] === '1' ? 50 : 2;
const TASKS = 6;
/** The search of this Jira lags behind by up to five minutes, in a time that passes faster than ours. */
const MOST_LAG_MS = 300_000;
const PASSED_MS = 80_000;

const labelsOf = (tasks: readonly { readonly id: string }[]): readonly string[] =>
  tasks.map(({ id }) => `pao-${id}-g1-escalation`);

test.serial(
  'processes killed at random leave one ticket for each task and every link once, or say that nobody knows',
  async (t) => {
    t.timeout(120_000 + KILLS * 20_000);
    let ahead = 0;
    const jira = await startFakeJira({
      now: () => new Date(Date.now() + ahead),
      // Another one for each search.
      get searchLagMs() {
        return randomInt(0, MOST_LAG_MS);
      },
    });
    t.teardown(() => jira.close());
    const { rows, killAmid, finish } = await startKilledWorld(t, {
      fake: jira,
      environment: {
        ...{ PAO_JIRA_URL: jira.url, PAO_JIRA_EMAIL: 'pao@example.test', PAO_JIRA_API_TOKEN: 'a-secret-token' },
        ...{ PAO_EGRESS_ALLOW: jira.host, PAO_ESCALATION_JIRA_PROJECT: 'OPS' },
      },
      pass: () => {
        ahead += PASSED_MS;
      },
    });
    const labels: string[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      const bundle = escalating(escalatedTasks(TASKS));
      labels.push(...labelsOf(bundle.tasks));
      await killAmid(bundle, TASKS * 5);
    }
    await finish(labels.length, 60_000 + KILLS * 2_000);
    const flagged = await rows("SELECT state, task_id FROM ticket_steps WHERE step = 'create' AND state = 'flagged'");
    const created = jira.issues.flatMap(({ fields }) => (fields['labels'] as string[])[0] ?? []);
    const unknown = new Set(labelsOf(flagged.map(({ task_id }) => ({ id: task_id }))));
    const hidden = created.filter((label) => unknown.has(label)).length;
    t.log(
      `${KILLS} kills: ${created.length} tickets, ${jira.links.length} links, ${unknown.size} of which nobody knows`,
    );
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
  },
);

test.serial(
  'in ServiceNow, too, killed processes leave one record for each task, and each note on it once',
  async (t) => {
    t.timeout(120_000 + SERVICENOW_KILLS * 20_000);
    const servicenow = await startFakeServiceNow();
    t.teardown(() => servicenow.close());
    const main = { url: servicenow.url, user: 'pao', password: 'a-secret-password' };
    const { rows, killAmid, finish } = await startKilledWorld(t, {
      fake: servicenow,
      environment: {
        PAO_SERVICENOW_INSTANCES: JSON.stringify({ main }),
        PAO_TICKET_ROUTES: JSON.stringify({ '*': { system: 'servicenow', instance: 'main' } }),
        PAO_EGRESS_ALLOW: servicenow.host,
      },
    });
    const labels: string[] = [];
    for (let kill = 0; kill < SERVICENOW_KILLS; kill += 1) {
      const bundle = escalating(escalatedTasks(TASKS));
      labels.push(...labelsOf(bundle.tasks));
      await killAmid(bundle, TASKS * 4);
    }
    await finish(labels.length, 60_000 + SERVICENOW_KILLS * 2_000);
    const created = servicenow.of('incident').map(({ fields }) => fields['correlation_id'] ?? '');
    const flagged = await rows("SELECT state, task_id FROM ticket_steps WHERE step = 'create' AND state = 'flagged'");
    const unknown = labelsOf(flagged.map(({ task_id }) => ({ id: task_id })));
    const notes = servicenow.of('sys_journal_field').map(({ fields }) => `${fields['element_id']} ${fields['value']}`);
    t.log(`${SERVICENOW_KILLS} kills: ${created.length} records, ${notes.length} notes, ${unknown.length} unknown`);
    t.is(new Set(created).size, created.length, 'a task has two records');
    // Its search does not lag, so what is there is found.
    t.deepEqual([...created, ...unknown].toSorted(), labels.toSorted());
    t.is(new Set(notes).size, notes.length, 'a note was left twice');
    const links = await rows("SELECT state FROM ticket_steps WHERE step LIKE 'link:%' AND state = 'done'");
    t.is(notes.length, links.length);
    t.true(notes.every((note) => note.includes('Is blocked by')));
  },
);
