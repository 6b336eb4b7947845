import { MessageProviderPact, providerWithMetadata } from '@pact-foundation/pact';
import { pactFile } from '@pao/testkit';
import test from 'ava';
import { withTrail } from '../../src/core/domain/ending.ts';
import { cancelledEvent, endedEvent, startedEvent, type TaskEvent } from '../../src/core/domain/task-events.ts';
import type { Ending } from '../../src/core/domain/verdict.ts';
import { commandOf, newId } from '../../src/testing/commands.ts';

const trail = { attempt: 'pao-1-g1-create', target: 'https://platform.example/v1/databases', tries: 1 };
const TICKET = {
  ...{ system: 'jira', instance: 'default', id: '10001', fields: { arn: 'customfield_1' } },
  ...{ key: 'PLAT-1', url: 'https://jira.example/browse/PLAT-1' },
};
const failure = { code: 'HTTP_422', message: 'the target refused the call' };

const ended = (ending: Ending, outputs = {}): TaskEvent =>
  endedEvent(commandOf(), withTrail(ending, trail), outputs, { id: newId(), startedAt: new Date(), at: new Date() });

/** The message as it leaves the outbox: its body, and the attribute that subscriptions filter on. */
const sent = ({ body, type }: TaskEvent) =>
  providerWithMetadata(async () => JSON.parse(body) as unknown, { type, contentType: 'application/json' });

test('what the executor tells of its tasks is what the request service understands', async (t) => {
  const outputs = { endpoint: 'db.example' };
  const verified = new MessageProviderPact({
    provider: 'pao-executor',
    pactUrls: [pactFile({ consumer: 'pao-request', provider: 'pao-executor' })],
    logLevel: 'error',
    messageProviders: {
      'the news that a task has been under way for a moment': sent(
        startedEvent(commandOf(), { id: newId(), startedAt: new Date(), at: new Date() }),
      ),
      'the news that a task succeeded': sent(ended({ kind: 'ok', result: {}, offered: {}, evidence: {} }, outputs)),
      'the news that a task waits for its ticket': sent(
        ended({ kind: 'ok', result: {}, offered: {}, evidence: {}, waitsFor: TICKET }, { key: 'PLAT-1' }),
      ),
      'the news that a task failed': sent(ended({ kind: 'definite-failure', failure })),
      'the news that a task was cancelled before it had started': sent(
        cancelledEvent({ ...commandOf(), actionType: 'rest-api' }, { id: newId(), at: new Date() }),
      ),
      'the news that nobody knows how a task ended': sent(ended({ kind: 'unknown', failure })),
    },
  }).verify();
  await t.notThrowsAsync(verified);
});
