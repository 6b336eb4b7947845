import { Verifier, type VerifierOptions } from '@pact-foundation/pact';
import { taskFailedV1, taskSucceededV1 } from '@pao/contracts';
import { pactFile } from '@pao/testkit';
import test from 'ava';
import { anItem } from '../documents.ts';
import { eventually, type RunningService, startService } from '../running-service.ts';

const SUBMISSION = {
  items: [{ schemaVersion: 'catalog/v1', catalogItemId: 'database-standard', input: { name: 'orders-db' } }],
};

/** Submits a request and answers its command, as an executor would, until the request stands where it should. */
const settled = async (service: RunningService, to: 'completed' | 'failed') => {
  await service.offer(anItem());
  const { id: requestId } = await service.accept(SUBMISSION);
  const commands = await eventually(
    () => service.takeCommands(),
    (taken) => taken.some(({ data }) => data.requestId === requestId),
  );
  for (const { data } of commands.filter(({ data }) => data.requestId === requestId)) {
    const { taskId, generation } = data;
    const at = new Date().toISOString();
    const end = { requestId, taskId, generation, startedAt: at, finishedAt: at };
    if (to === 'completed') {
      await service.publish(taskSucceededV1, requestId, { ...end, outputs: { endpoint: 'db.example' } });
    } else {
      const failure = { code: 'HTTP_422', message: 'the target refused the call' };
      await service.publish(taskFailedV1, requestId, { ...end, failure });
    }
  }
  await eventually(
    async () => (await service.get(`/requests/${requestId}`)).body.data.status,
    (status) => status === to,
  );
  return { requestId };
};

const statesOf = (service: RunningService): NonNullable<VerifierOptions['stateHandlers']> => ({
  'the catalog offers the item database-standard': () => service.offer(anItem()),
  'a completed request exists': () => settled(service, 'completed'),
  'a failed request exists': () => settled(service, 'failed'),
});

test('the service answers the command line as it expects', async (t) => {
  const service = await startService(t);
  const verified = new Verifier({
    provider: 'pao-request',
    providerBaseUrl: new URL(service.url).origin,
    pactUrls: [pactFile({ consumer: 'devctl', provider: 'pao-request' })],
    logLevel: 'error',
    stateHandlers: statesOf(service),
    // The gateway adds the identity; here nothing stands between.
    requestFilter: async (request, _, next) => {
      Object.assign(request.headers, await service.headers());
      next();
    },
  }).verifyProvider();
  await t.notThrowsAsync(verified);
});
