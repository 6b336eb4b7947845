import { randomBytes } from 'node:crypto';
import { decodeMessage, requestEscalatingV1 } from '@pao/contracts';
import type { Field } from '@pao/documents';
import { createSealer } from '@pao/runtime';
import test from 'ava';
import { anAction, anItem } from '../../../test/documents.ts';
import { A_FAILURE, AT, okValue, required } from '../../../test/given.ts';
import { A_PERSON, aSubmission, CONTEXT, commandsIn, createWorld } from '../../../test/memory-world.ts';
import type { Sealer } from '../ports/sealer.ts';
import { decideRequest } from './decide-request.ts';
import type { Wish } from './prepare-decision.ts';
import { submitRequests } from './submit-requests.ts';

const SECRET = 'Tr0ub4dor&3';
const PASSWORD: Field = { id: 'password', name: 'Password', type: 'password', required: true };

const config = {
  endpoint: { url: 'https://platform.example/v1/things', method: 'POST' },
  body: { type: 'json', contentTemplate: '{"password": "{{.current.basic.password}}"}' },
};

const manual = {
  actions: [
    anAction({
      type: 'jira-ticket',
      id: 'ticket',
      outputs: { endpoint: 'customfield_10' },
      config: {
        ticket: {
          project: 'DBA',
          issueType: 'Service Request',
          // Templates that need what is not there yet are of no matter: an escalation has a summary of its own.
          summaryTemplate: '{{.output.endpoint}}',
        },
        labels: ['{{.current.name}}'],
        customFields: { customfield_1: '{{.current.basic.password}}' },
        descriptionTemplate: 'x',
      },
    }),
  ],
};

const base = anItem({ fields: [PASSWORD], actions: [anAction({ id: 'first', config })] });
const item = { ...base, fulfillment: { ...base.fulfillment, manual } };

/** A failed request with a secret, and how one decides about it with these keys. */
const failedRequest = async () => {
  const sealer = createSealer([{ id: 'a', bytes: randomBytes(32) }]);
  const world = await createWorld(item);
  const items = [
    { kind: 'item', id: 'database-standard', input: { name: 'orders', basic: { password: SECRET } } },
  ] as const;
  const submitted = await submitRequests({ ...world.dependencies, sealer })(aSubmission({ items }));
  const requestId = required(okValue(submitted).requests[0]).id;
  const { taskId, generation } = required(commandsIn(world.takeMessages())[0]);
  await world.report(requestId, { kind: 'fail', taskId, generation, startedAt: AT, at: AT, failure: A_FAILURE });
  world.takeMessages();
  const decide = (wish: Wish, keys: Sealer | undefined) =>
    decideRequest({ ...world.dependencies, sealer: keys })({
      requestId,
      tenantId: 'default',
      by: A_PERSON,
      wish,
      context: CONTEXT,
    });
  const escalated = () => required(world.messages().find(({ type }) => type === requestEscalatingV1.type)).body;
  return { sealer, decide, escalated, taskId };
};

test('tickets are told a mask for each secret, in the configuration and in what the document’s own ticket says', async (t) => {
  const { sealer, decide, escalated } = await failedRequest();
  okValue(await decide({ kind: 'escalate', reason: null }, sealer));
  const body = escalated();
  t.false(body.includes(SECRET));
  const [task] = decodeMessage(requestEscalatingV1, body).data.tasks;
  t.like(task?.setup, { body: { contentTemplate: '{"password": "••••"}' } });
  t.deepEqual(task?.manual, {
    project: 'DBA',
    issueType: 'Service Request',
    labels: ['orders'],
    customFields: { customfield_1: '••••' },
    outputs: { endpoint: 'customfield_10' },
  });
});

test('without the keys a request can be handed to people all the same, and they are told why there is no configuration', async (t) => {
  const { decide, escalated, taskId } = await failedRequest();
  const complete = await decide({ kind: 'complete-task', taskId, outputs: {}, reason: null }, undefined);
  t.like(complete, { ok: false, error: { kind: 'plan-unavailable', failure: { code: 'SECRETS_UNAVAILABLE' } } });
  okValue(await decide({ kind: 'escalate', reason: null }, undefined));
  const [task] = decodeMessage(requestEscalatingV1, escalated()).data.tasks;
  t.like(task, { setup: null, ticketed: true, needs: [] });
  t.regex(task?.setupReason ?? '', /PAO_DATA_KEYS is not set/);
});
