import test from 'ava';
import { createRememberedCatalog } from '../src/adapters/memory/remembered-catalog.ts';
import { brokenLink } from '../src/core/domain/audit.ts';
import type { OutboundMessage } from '../src/core/ports/outbound-message.ts';
import { recordReport } from '../src/core/use-cases/record-report.ts';
import { submitRequests } from '../src/core/use-cases/submit-requests.ts';
import { aBundle, anItem, aPublication } from './documents.ts';
import { okValue, required, sha256 } from './given.ts';
import { aSubmission, CONTEXT, commandsIn, completion } from './memory-world.ts';
import { newId } from './running-service.ts';
import { closeStores, openStores } from './stores.ts';

test.after.always(closeStores);

const TASKS = 50;

/** As the bus does it: what is to be tried later comes again. */
const delivered = async (work: () => Promise<unknown>): Promise<void> => {
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      if (!(error instanceof Error && error.name === 'TransientError')) throw error;
    }
  }
};

test('fifty reports of one request at once, each delivered twice: every task is completed once, and the audit is whole', async (t) => {
  const { store, reader, catalog, database } = await openStores();
  const components = Array.from({ length: TASKS }, (_, n) => ({
    id: `c${n}`,
    catalogItem: 'database-standard',
    dependsOn: [],
  }));
  await catalog.publish(aPublication(anItem()));
  await catalog.publish(aPublication(aBundle(components, 'parallel'), 2));
  const dependencies = {
    store,
    catalog: createRememberedCatalog({ documents: catalog, elapsed: () => performance.now() }),
    commits: { committed: () => undefined },
    platform: { environment: 'test', account: '', region: '' },
    now: () => new Date(),
    newId,
    digest: sha256,
    sealer: undefined,
  };
  const items = [{ kind: 'bundle' as const, id: 'bundle-webapp', input: { name: 'shop' } }];
  const accepted = okValue(await submitRequests(dependencies)(aSubmission({ items })));
  const requestId = required(accepted.requests[0]).id;
  const messages = await database.query<OutboundMessage>({ text: 'SELECT type, body FROM outbox ORDER BY position' });
  const commands = commandsIn(messages);
  t.is(commands.length, TASKS);

  const record = recordReport(dependencies);
  await Promise.all(
    commands.flatMap((command) => {
      const received = { eventId: newId(), requestId, report: completion(command), context: CONTEXT };
      return [received, received].map((twice) => delivered(() => record(twice)));
    }),
  );

  const request = required(await store.find(requestId));
  t.is(request.status, 'completed');
  t.is(request.version, 1 + TASKS);
  const changes = await reader.changesAfter(requestId, 0);
  t.is(brokenLink(requestId, changes, sha256), undefined);
  t.is(changes.filter(({ change }) => change === 'task-completed').length, TASKS);
  const ends = await database.query({ text: "SELECT 1 FROM outbox WHERE type = 'request-completed.v1'" });
  t.is(ends.length, 1);
});
