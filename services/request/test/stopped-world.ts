import { aLongItem } from './documents.ts';
import { A_FAILURE, AT, required } from './given.ts';
import { aSubmission, commandsIn, completion, createWorld, type World } from './memory-world.ts';

/** The state of a request and those of its tasks, in one text. */
export const toldOf = async (world: World, id: string): Promise<string> => {
  const request = required(await world.store.find(id));
  return [request.status, ...request.tasks.map(({ status }) => status)].join(' ');
};

/** A request of three tasks; the first is completed, the second has ended so. */
export const stoppedWorld = async (kind: 'fail' | 'give-up' = 'fail') => {
  const world = await createWorld(aLongItem());
  const items = [{ kind: 'item', id: 'database-long', input: { name: 'o' } }] as const;
  const [requestId = ''] = await world.accepted(aSubmission({ items }));
  const first = required(commandsIn(world.takeMessages())[0]);
  await world.report(requestId, completion(first, { endpoint: 'e' }));
  const second = required(commandsIn(world.takeMessages())[0]);
  const { taskId, generation } = second;
  const ended = { taskId, generation, startedAt: AT, at: AT, failure: A_FAILURE };
  await world.report(requestId, kind === 'fail' ? { kind, ...ended } : { kind, ...ended, reason: 'outcome-unknown' });
  world.takeMessages();
  return { world, requestId, first, second };
};

export const aTicket = (n: number) => ({ key: `OPS-${n}`, url: `https://jira.example/browse/OPS-${n}` });

/** The same, handed to people; a ticket stands for each of its tasks that is left. */
export const escalatedWorld = async (kind: 'fail' | 'give-up' = 'fail') => {
  const stopped = await stoppedWorld(kind);
  const { world, requestId, second } = stopped;
  await world.decide({ kind: 'escalate', reason: null }, { requestId });
  const third = required(required(await world.store.find(requestId)).tasks[2]);
  const tickets = [
    { taskId: second.taskId, generation: 1, ticket: aTicket(2) },
    { taskId: third.id, generation: 1, ticket: aTicket(3) },
  ];
  await world.ticket(requestId, { kind: 'opened', round: 1, tickets });
  world.takeMessages();
  return { ...stopped, third };
};
