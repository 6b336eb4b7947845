import { decodeMessage, requestEscalatingV1, taskTicketedV1 } from '@pao/contracts';
import test from 'ava';
import { anAction, anItem } from '../../../test/documents.ts';
import { AT, required } from '../../../test/given.ts';
import { commandsIn, createWorld, type World } from '../../../test/memory-world.ts';
import { aTicket, stoppedWorld } from '../../../test/stopped-world.ts';
import { askAgain } from './ask-again.ts';

const asking = ({ dependencies, reader }: World, ...ids: readonly string[]) =>
  askAgain({ ...dependencies, reader, everyMs: 600_000, unheard: { find: async () => ids } });

const never = new AbortController().signal;

test('an escalation that nothing is heard of is told again, as it was decided', async (t) => {
  const { world, requestId, second } = await stoppedWorld('give-up');
  await world.decide({ kind: 'escalate', reason: 'the platform is gone' }, { requestId });
  const [first] = world.takeMessages();
  const before = await world.store.find(requestId);
  t.is(await asking(world, requestId, 'no-such-request')(never), 1);
  t.deepEqual(await world.store.find(requestId), before, 'who has read it may still decide on it');
  const [again] = world.takeMessages();
  const [was, is] = [first, again].map((one) => decodeMessage(requestEscalatingV1, required(one).body));
  t.not(is?.id, was?.id);
  t.deepEqual({ ...is?.data, escalatedAt: '' }, { ...was?.data, escalatedAt: '' });
  t.like(is?.data.tasks[1], { id: second.taskId, status: 'stuck', mayHaveHappened: true });
});

test('a task that waits for its own ticket is told of again with where its outputs are', async (t) => {
  const config = { instance: 'ops', ticket: { project: 'OPS', summaryTemplate: 'a share' } };
  const outputs = { key: 'key', arn: 'customfield_10010' };
  const world = await createWorld(anItem({ actions: [anAction({ type: 'jira-ticket', config, outputs })] }));
  const [requestId = ''] = await world.accepted();
  const { taskId, generation } = required(commandsIn(world.takeMessages())[0]);
  const ticket = aTicket(1);
  await world.report(requestId, { kind: 'wait', taskId, generation, startedAt: AT, at: AT, outputs: {}, ticket });
  world.takeMessages();
  await asking(world, requestId)(never);
  const { data } = decodeMessage(taskTicketedV1, required(world.takeMessages()[0]).body);
  t.like(data, { taskId, generation, instance: 'ops', key: 'OPS-1', waits: true, after: [] });
  t.deepEqual(data.fields, { arn: 'customfield_10010' });
});

test('of a request that goes on by itself there is nothing to ask', async (t) => {
  const world = await createWorld(anItem());
  const [requestId = ''] = await world.accepted();
  world.takeMessages();
  t.is(await asking(world, requestId)(never), 0);
  t.deepEqual(world.takeMessages(), []);
});
