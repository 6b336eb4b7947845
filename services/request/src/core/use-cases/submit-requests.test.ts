import test from 'ava';
import { aLongItem, anAction, anItem, hashOf } from '../../../test/documents.ts';
import { sha256 } from '../../../test/given.ts';
import { aSubmission, commandsIn, createWorld } from '../../../test/memory-world.ts';
import { brokenLink } from '../domain/audit.ts';
import { submitRequests } from './submit-requests.ts';

const idempotency = { key: 'k', fingerprint: 'f' };

test('a submission is stored with its audit, its announcement and the commands of its first tasks', async (t) => {
  const world = await createWorld(aLongItem());
  const [id = ''] = await world.accepted(
    aSubmission({ items: [{ kind: 'item', id: 'database-long', input: { name: 'orders' } }] }),
  );
  const request = await world.store.find(id);
  t.like(request, { status: 'submitted', name: 'orders', tenantId: 'default', version: 1 });
  t.deepEqual(
    request?.tasks.map(({ status }) => status),
    ['queued', 'pending', 'pending'],
  );
  t.deepEqual(
    request?.tasks.map(({ dependsOn }) => dependsOn),
    [[], [1], [2]],
  );
  const messages = world.takeMessages();
  t.deepEqual(
    messages.map(({ type, destination, groupId }) => [type, destination, groupId]),
    [
      ['request-submitted.v1', 'topic:request-events', id],
      ['execute-task.v1', 'queue:tasks-default', id],
    ],
  );
  const changes = await world.reader.changesAfter(id, 0);
  t.deepEqual(
    changes.map(({ change, actor }) => [change, actor]),
    [
      ['request-submitted', 'dev@example.test'],
      ['task-queued', 'dev@example.test'],
    ],
  );
  t.is(brokenLink(id, changes, sha256), undefined);
  t.is(world.commits.length, 1);
});

test('a document that changes while its submission is on the way is taken in its new form', async (t) => {
  const world = await createWorld(anItem());
  await world.accepted();
  const next = anItem({ version: '2.0.0' });
  await world.offer(next);
  const [id = ''] = await world.accepted();
  t.is((await world.store.find(id))?.catalog.hash, hashOf(next));
});

test('an item that appears or is mended is found although it was just refused', async (t) => {
  const world = await createWorld();
  t.like(await world.submit(aSubmission()), { ok: false, error: { kind: 'unknown-item' } });
  await world.offer(anItem({ fields: [{ id: 'size', name: 'Size', type: 'number', required: true }] }));
  t.like(await world.submit(aSubmission()), { ok: false, error: { kind: 'invalid-input' } });
  await world.offer(anItem({ version: '1.1.0' }));
  world.pass(1_001);
  t.true((await world.submit(aSubmission())).ok);
});

test('an item that is retired is refused', async (t) => {
  const world = await createWorld(anItem());
  await world.accepted();
  await world.catalogStore.retire('database-standard', 99);
  t.like(await world.submit(aSubmission()), { ok: false, error: { kind: 'unknown-item' } });
});

test('a repeated call gets the stored answer, another call with its key is refused', async (t) => {
  const world = await createWorld(anItem());
  const first = await world.submit(aSubmission({ idempotency }));
  t.deepEqual(await world.submit(aSubmission({ idempotency })), first);
  t.deepEqual(await world.submit(aSubmission({ idempotency: { ...idempotency, fingerprint: 'other' } })), {
    ok: false,
    error: { kind: 'other-body' },
  });
  t.is(world.commits.length, 1);
});

test('an answer is replayed although what it was about can no longer be submitted', async (t) => {
  const world = await createWorld(anItem());
  const first = await world.submit(aSubmission({ idempotency }));
  await world.catalogStore.retire('database-standard', 99);
  world.remembered.forget('database-standard');
  t.deepEqual(await world.submit(aSubmission({ idempotency })), first);
});

test('a catalog that never rests makes the caller try later', async (t) => {
  const world = await createWorld(anItem());
  const store = { ...world.dependencies.store, submit: async () => 'catalog-changed' as const };
  await t.throwsAsync(submitRequests({ ...world.dependencies, store })(aSubmission()), { name: 'TransientError' });
});

test('values of a branch that is not active go nowhere', async (t) => {
  const config = { endpoint: { url: 'https://x.example', method: 'POST' }, query: { host: '{{.current.basic.host}}' } };
  const fields = [
    { id: 'public', name: 'Public', type: 'boolean', default: false },
    {
      id: 'host',
      name: 'Host',
      type: 'string',
      required: true,
      conditional: { dependsOn: 'public', condition: 'equals', value: true },
    },
  ] as const;
  const world = await createWorld(anItem({ fields, actions: [anAction({ config })] }));
  const input = { name: 'a', basic: { public: false, host: 'secret.example' } };
  const [id = ''] = await world.accepted(aSubmission({ items: [{ kind: 'item', id: 'database-standard', input }] }));
  t.deepEqual((await world.store.find(id))?.input, { name: 'a', basic: { public: false } });
  t.deepEqual(commandsIn(world.takeMessages())[0]?.action.config.query, { host: '' });
});

test('commands carry the timeout and the promise of the document', async (t) => {
  const [action] = anItem().fulfillment.automatic?.actions ?? [];
  if (!action) return t.fail();
  const timed = (timeout: number, id: string) => ({ ...action, id, timeout, idempotent: true });
  const world = await createWorld(
    anItem({ actions: [timed(0.5, 'short')] }),
    anItem({ id: 'long', actions: [timed(100_000, 'long')] }),
  );
  await world.accepted(
    aSubmission({
      items: ['database-standard', 'long'].map((id) => ({ kind: 'item' as const, id, input: { name: 'a' } })),
    }),
  );
  t.deepEqual(
    commandsIn(world.takeMessages()).map((command) => [command.action.timeoutSeconds, command.action.idempotent]),
    [
      [1, true],
      [3_600, true],
    ],
  );
});
