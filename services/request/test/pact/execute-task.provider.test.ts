import { randomUUID } from 'node:crypto';
import { MessageProviderPact, providerWithMetadata } from '@pact-foundation/pact';
import { pactFile } from '@pao/testkit';
import test from 'ava';
import type { OutboundMessage } from '../../src/core/ports/outbound-message.ts';
import { resumeMessage } from '../../src/core/use-cases/resume-message.ts';
import { anAction, anItem } from '../documents.ts';
import { required } from '../given.ts';
import { createWorld } from '../memory-world.ts';

/** The message as it leaves the outbox. */
const sent = ({ body, type }: OutboundMessage) =>
  providerWithMetadata(() => JSON.parse(body) as unknown, { type, contentType: 'application/json' });

/** The command of a request whose two tasks need nothing of each other. */
const bringingTheNext = async (): Promise<OutboundMessage> => {
  const world = await createWorld(anItem({ actions: [anAction(), anAction({ id: 'second' })] }));
  await world.accepted();
  return required(world.takeMessages().find(({ type }) => type === 'execute-task.v1'));
};

test('the command that a submission puts into the outbox, and the one that an abort does, are what an executor understands', async (t) => {
  const world = await createWorld(anItem());
  const [requestId = ''] = await world.accepted();
  const command = required(world.takeMessages().find(({ type }) => type === 'execute-task.v1'));
  await world.decide({ kind: 'abort', reason: null }, { requestId });
  const cancellation = required(world.takeMessages().find(({ type }) => type === 'cancel-task.v1'));
  const request = required(await world.store.find(requestId));
  const resumed = (answer: Parameters<typeof resumeMessage>[2]) =>
    sent(
      resumeMessage(request, required(request.tasks[0]), answer, {
        newId: randomUUID,
        at: new Date(),
        traceparent: undefined,
        sealer: undefined,
      }),
    );
  const at = new Date().toISOString();
  const verified = new MessageProviderPact({
    provider: 'pao-request',
    pactUrls: [pactFile({ consumer: 'pao-executor', provider: 'pao-request' })],
    logLevel: 'error',
    stateHandlers: {
      'a task of a REST action is due': async () => undefined,
      'the next task of the request needs nothing of the first': async () => undefined,
      'a request with a queued task of a REST action is aborted': async () => undefined,
      'a task waits for a callback': async () => undefined,
      'a task waits for a decision': async () => undefined,
    },
    messageProviders: {
      'the command to execute a task': sent(command),
      'a command that brings the next task with it': sent(await bringingTheNext()),
      'the command to cancel a task': sent(cancellation),
      'what came to a callback': resumed({ kind: 'callback', body: { ok: true }, receivedAt: at }),
      'what a person decided': resumed({
        kind: 'approval',
        approved: false,
        by: 'ada',
        reason: 'not now',
        decidedAt: at,
      }),
    },
  }).verify();
  await t.notThrowsAsync(verified);
});
