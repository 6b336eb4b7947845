import test from 'ava';
import { type ApiCall, runAgainst } from './api-server.fixture.ts';

const ID = '019381d0-7c4e-7000-8000-000000000001';
const [TASK, LATER] = ['019381d0-7c4e-7000-8000-000000000002', '019381d0-7c4e-7000-8000-000000000003'];

const ticket = (taskId: string, position: number, rest: object) => ({
  ...{ taskId, generation: 1, position, name: `Step ${position}`, key: null, url: null, status: 'open' },
  ...{ blockedBy: [], ...rest },
});

const url = 'https://jira.example/browse/OPS-2';
const escalation = {
  ...{ status: 'opened', round: 1, parent: { key: 'OPS-1', url: 'https://jira.example/browse/OPS-1' } },
  tickets: [
    ticket(TASK, 2, { key: 'OPS-2', url, jira: { status: 'Do\u001b[2Jing', resolution: null, assignee: null } }),
    ticket(LATER, 3, {
      ...{ status: 'wanted', blockedBy: ['OPS-2'] },
      problem: { code: 'OUTCOME_UNKNOWN', message: 'Nobody knows whether the ticket was created.' },
    }),
  ],
};

const run = runAgainst(({ method }) => ({ status: method === 'POST' ? 202 : 200, body: { data: escalation } }));

const sentBy = ({ calls }: { readonly calls: readonly ApiCall[] }) => calls.filter(({ method }) => method === 'POST');

test('an escalation is shown ticket by ticket, with what blocks it, what is wrong, and the ticket of all', async (t) => {
  const { code, out, calls } = await run(t, ['request', 'escalation', ID]);
  t.is(code, 0);
  t.deepEqual(
    calls.map(({ path }) => path),
    [`/requests/${ID}/escalation?live=false`],
  );
  t.regex(out, /OPS-1 https:\/\/jira\.example\/browse\/OPS-1/);
  t.regex(out, /2 +Step 2 +OPS-2 +open \(Do.*ing\) +https:\/\/jira\.example\/browse\/OPS-2/);
  t.regex(out, /3 +Step 3 +wanted +OPS-2 +Nobody knows whether/);
  t.false(out.includes('\u001b'), 'what a ticket system says moves no cursor');
});

test('asked for the state of now, the ticket system is asked; JSON is what the API answered', async (t) => {
  const { calls, out } = await run(t, ['request', 'escalation', ID, '--live'], { json: true });
  t.is(calls[0]?.path, `/requests/${ID}/escalation?live=true`);
  t.deepEqual(JSON.parse(out), escalation);
});

test('a ticket in doubt is created again, or named, by the number of its task or its id', async (t) => {
  const again = await run(t, ['request', 'ticket', 'retry', ID, '3', '--acknowledge-unknown']);
  t.is(again.code, 0, again.errors);
  const path = `/requests/${ID}/escalation/tickets/${LATER}`;
  t.deepEqual(sentBy(again), [{ method: 'POST', path: `${path}/retry`, body: { acknowledgeUnknown: true } }]);
  const unsaid = await run(t, ['request', 'ticket', 'retry', ID, '3']);
  t.deepEqual(sentBy(unsaid)[0]?.body, {});
  const named = await run(t, ['request', 'ticket', 'link', ID, LATER, 'OPS-9']);
  t.deepEqual(sentBy(named), [{ method: 'POST', path: `${path}/link`, body: { key: 'OPS-9' } }]);
});

test('a task without a ticket is told with those there are, and nothing is sent', async (t) => {
  const answer = await run(t, ['request', 'ticket', 'retry', ID, '9']);
  t.is(answer.code, 2);
  t.regex(answer.errors, /no ticket belongs to a task 9; there are 2 \(Step 2\), 3 \(Step 3\)/);
  t.deepEqual(sentBy(answer), []);
});

test('why a ticket can’t be created again is told', async (t) => {
  const error = {
    ...{ code: 'CONFLICT', message: 'Nobody knows whether it exists.', details: [], correlation_id: 'c' },
    ...{ trace_id: 't', retryable: false, doc_url: 'd' },
  };
  const refused = runAgainst(({ method }) =>
    method === 'POST' ? { status: 409, body: { error } } : { body: { data: escalation } },
  );
  const answer = await refused(t, ['request', 'ticket', 'retry', ID, '3']);
  t.is(answer.code, 1);
  t.regex(answer.errors, /CONFLICT[\s\S]*Nobody knows whether it exists/);
});
