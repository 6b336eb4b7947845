import { MessageProviderPact, providerWithMetadata } from '@pact-foundation/pact';
import { pactFile } from '@pao/testkit';
import test from 'ava';
import { createHandoverMessages } from '../../src/adapters/bus/handover-messages.ts';
import type { Handover, HandoverEvent, Ticket } from '../../src/core/domain/tickets/handover.ts';
import { newId } from '../given.ts';
import { escalatedTasks, escalating } from '../given-handover.ts';

const snapshot = escalating(escalatedTasks(1));

const ticket: Ticket = {
  taskId: snapshot.tasks[0]?.id ?? '',
  generation: 1,
  round: 1,
  position: 1,
  name: 'Task 1',
  instance: 'default',
  state: 'open',
  issue: { id: '10001', key: 'OPS-1', url: 'https://jira.example/browse/OPS-1' },
  told: 'not-yet',
  flag: null,
  reading: null,
  handBack: null,
};

const handover: Handover = {
  requestId: snapshot.requestId,
  tenantId: 'default',
  correlationId: 'correlation-1',
  round: 1,
  status: 'opened',
  snapshot,
  tickets: [ticket],
  steps: [],
};

/** The message as it leaves the outbox: its body, and the attribute that subscriptions filter on. */
const sent = (event: HandoverEvent) => {
  const [message] = createHandoverMessages(newId)({ handover, events: [event] }, new Date());
  if (message === undefined) throw new Error(`nobody is told of ${event.kind}`);
  const { body, type } = message;
  return providerWithMetadata(async () => JSON.parse(body) as unknown, { type, contentType: 'application/json' });
};

const closed = (
  handBack: Pick<Extract<HandoverEvent, { kind: 'ticket-resolved' }>['handBack'], 'outcome' | 'resolution' | 'outputs'>,
) => sent({ kind: 'ticket-resolved', ticket, handBack: { ...handBack, note: null, by: 'Olga Ops' } });

test('what the escalation service tells of tickets is what the request service understands', async (t) => {
  const verified = new MessageProviderPact({
    provider: 'pao-escalation',
    pactUrls: [pactFile({ consumer: 'pao-request', provider: 'pao-escalation' })],
    logLevel: 'error',
    messageProviders: {
      'the news that the tickets of an escalation are open': sent({ kind: 'escalation-opened', tickets: [ticket] }),
      'the news that a ticket opened later than the others': sent({ kind: 'ticket-opened', ticket }),
      'the news that a ticket was closed as done': closed({
        outcome: 'done',
        resolution: 'Done',
        outputs: { endpoint: 'db.example' },
      }),
      'the news that a ticket was declined': closed({ outcome: 'declined', resolution: "Won't Do", outputs: {} }),
    },
  }).verify();
  await t.notThrowsAsync(verified);
});
