import { isDeepStrictEqual } from 'node:util';
import test from 'ava';
import * as fc from 'fast-check';
import { aLongItem } from '../../../test/documents.ts';
import { A_FAILURE, AT, required, sha256 } from '../../../test/given.ts';
import { aSubmission, commandsIn, completion, createWorld, type World } from '../../../test/memory-world.ts';
import { aTicket } from '../../../test/stopped-world.ts';
import { brokenLink } from '../domain/audit.ts';
import type { Attempt, Report } from '../domain/decide.ts';
import type { TicketReport } from '../domain/decide-ticket.ts';
import type { Request } from '../domain/request.ts';
import { statusOf } from '../domain/status.ts';
import type { OutboundMessage } from '../ports/outbound-message.ts';

const KINDS = [
  'complete',
  'fail',
  'give-up',
  'escalate',
  'opened',
  'done',
  'by-hand',
  'resume',
  'retry',
  'late',
] as const;

const step = fc.record({
  kind: fc.constantFrom(...KINDS, 'escalate', 'opened', 'done', 'done', 'resume'),
  /** Of the three tasks. */
  task: fc.nat({ max: 2 }),
  /** How many attempts, or rounds, it is behind. */
  behind: fc.constantFrom(0, 0, 0, 1),
  again: fc.boolean(),
});

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Enough for whichever task. */
const outputs = { endpoint: 'e', arn: 'a' };

const plain = { behind: 0, again: false } as const;

/** The first task is completed, the second failed, and people have the rest. */
const TO_PEOPLE: readonly Step[] = [
  { kind: 'complete', task: 0, ...plain },
  { kind: 'fail', task: 1, ...plain },
  { kind: 'escalate', task: 0, ...plain },
  { kind: 'opened', task: 1, ...plain },
];

const reportOf = (kind: string, attempt: Attempt): Report => {
  const ended = { ...attempt, startedAt: AT, at: AT, failure: A_FAILURE };
  if (kind === 'fail') return { kind, ...ended };
  if (kind === 'give-up') return { kind, ...ended, reason: 'outcome-unknown' };
  return completion(attempt, outputs);
};

const play = async (world: World, requestId: string, { kind, task: index, behind, again }: Step): Promise<void> => {
  const request = required(await world.store.find(requestId));
  const { id: taskId, generation } = required(request.tasks[index]);
  const attempt = { taskId, generation: Math.max(1, generation - behind) };
  const eventId = world.newId();
  const twice = async (send: () => Promise<unknown>): Promise<void> => {
    await send();
    if (again) await send();
  };
  const ticket = (report: TicketReport) => twice(() => world.ticket(requestId, report, eventId));
  switch (kind) {
    case 'complete':
    case 'fail':
    case 'give-up':
    case 'late':
      return twice(() => world.report(requestId, reportOf(kind, attempt), eventId));
    case 'escalate':
    case 'resume':
      return twice(() => world.decide({ kind, reason: null }, { requestId }));
    case 'retry':
      return twice(() => world.decide({ kind, reason: null, acknowledgeUnknown: true }, { requestId }));
    case 'by-hand':
      return twice(() => world.decide({ kind: 'complete-task', taskId, outputs, reason: null }, { requestId }));
    case 'opened': {
      const tickets = [{ ...attempt, ticket: aTicket(index) }];
      return ticket({ kind, round: Math.max(1, request.escalationRound - behind), tickets });
    }
    case 'done':
      return ticket({ kind, ...attempt, ticket: aTicket(index), outputs, note: null, by: 'ops' });
    default:
      return kind satisfies never;
  }
};

const check = (before: Request, now: Request): void => {
  if (now.status !== statusOf(now.decision, now.tasks)) throw new Error(`stored as ${now.status}`);
  for (const [index, was] of before.tasks.entries()) {
    const task = required(now.tasks[index]);
    if (was.status === 'completed' && task.outputs !== was.outputs) throw new Error('what was done was done again');
    if (task.status === 'waiting' && now.decision !== 'escalating' && now.decision !== 'escalated')
      throw new Error('a task waits for people that nobody gave it to');
  }
  if (before.status === 'completed' && !isDeepStrictEqual(now, before)) throw new Error('changed after its end');
};

const attemptIn = (body: string): string => {
  const { data } = JSON.parse(body) as { readonly data: { readonly taskId: string; readonly generation: number } };
  return `${data.taskId} ${data.generation}`;
};

/** What must be said once of each thing that it is about; that a task is settled, once more to each who hands it back again. */
const checkMessages = (messages: readonly OutboundMessage[], handBacks: number): void => {
  const commands = commandsIn(messages).map(({ taskId, generation }) => `execute ${taskId} ${generation}`);
  const others = messages.flatMap(({ type, body }) => {
    const { data } = JSON.parse(body) as { readonly data: Readonly<Record<string, unknown>> };
    if (type === 'request-escalating.v1') return [`round ${String(data['round'])}`];
    return type === 'request-completed.v1' ? [type] : [];
  });
  const settled = messages.filter(({ type }) => type === 'escalated-task-settled.v1');
  const attempts = new Set(settled.map(({ body }) => attemptIn(body)));
  if (settled.length > attempts.size + handBacks) throw new Error('settled without anybody who asked');
  const said = [...commands, ...others];
  if (new Set(said).size !== said.length) throw new Error(`said twice: ${said.toSorted().join(', ')}`);
};

test('whatever comes twice, late or out of order, nothing happens twice and nothing done is lost', async (t) => {
  let [escalated, resumed, completed] = [0, 0, 0];
  await fc.assert(
    fc.asyncProperty(fc.boolean(), fc.array(step, { minLength: 10, maxLength: 60 }), async (handed, script) => {
      const world = await createWorld(aLongItem());
      const items = [{ kind: 'item', id: 'database-long', input: { name: 'o' } }] as const;
      const [requestId = ''] = await world.accepted(aSubmission({ items }));
      for (const one of handed ? [...TO_PEOPLE, ...script] : script) {
        const before = required(await world.store.find(requestId));
        await play(world, requestId, one);
        check(before, required(await world.store.find(requestId)));
      }
      checkMessages(world.messages(), script.filter(({ kind }) => kind === 'done').length);
      const changes = await world.reader.changesAfter(requestId, 0);
      if (brokenLink(requestId, changes, sha256) !== undefined) throw new Error('the chain is broken');
      const count = (name: string): number => Number(changes.some(({ change }) => change === name));
      escalated += count('request-escalated');
      resumed += count('task-resumed');
      completed += count('request-completed');
    }),
    { numRuns: 300 },
  );
  // The schedules reach what they are about.
  t.true(escalated > 10 && resumed > 10 && completed > 10, JSON.stringify({ escalated, resumed, completed }));
});
