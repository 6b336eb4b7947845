import { MessageProviderPact, providerWithMetadata } from '@pact-foundation/pact';
import { pactFile } from '@pao/testkit';
import test from 'ava';
import { anItem } from '../documents.ts';
import { required } from '../given.ts';
import { createWorld } from '../memory-world.ts';

test('the command that a submission puts into the outbox is what an executor understands', async (t) => {
  const world = await createWorld(anItem());
  await world.accepted();
  const command = required(world.takeMessages().find(({ type }) => type === 'execute-task.v1'));
  const metadata = { type: command.type, contentType: 'application/json' };
  const verified = new MessageProviderPact({
    provider: 'pao-request',
    pactUrls: [pactFile({ consumer: 'pao-executor', provider: 'pao-request' })],
    logLevel: 'error',
    stateHandlers: { 'a task of a REST action is due': async () => undefined },
    messageProviders: {
      'the command to execute a task': providerWithMetadata(() => JSON.parse(command.body) as unknown, metadata),
    },
  }).verify();
  await t.notThrowsAsync(verified);
});
