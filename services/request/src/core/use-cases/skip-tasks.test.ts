import test from 'ava';
import { aBundle, anAction, anItem } from '../../../test/documents.ts';
import { sha256 } from '../../../test/given.ts';
import { aSubmission, commandsIn, completion, createWorld } from '../../../test/memory-world.ts';
import { brokenLink } from '../domain/audit.ts';
import { detailsView, statusView } from './views.ts';

const item = (...conditions: readonly (string | undefined)[]) =>
  anItem({
    actions: conditions.map((when, index) => anAction({ id: `a${index + 1}`, ...(when !== undefined && { when }) })),
  });

const NEVER = 'current.basic.storageGb > `1000`';

const statuses = ({ tasks }: { readonly tasks: readonly { readonly status: string }[] } = { tasks: [] }) =>
  tasks.map(({ status }) => status);

test('several tasks whose conditions say no are skipped in one step, and what follows is sent', async (t) => {
  const world = await createWorld(item(NEVER, NEVER, undefined));
  const [id = ''] = await world.accepted();
  const request = await world.store.find(id);
  t.deepEqual(statuses(request), ['skipped', 'skipped', 'queued']);
  t.is(request?.status, 'processing');
  t.deepEqual(
    commandsIn(world.takeMessages()).map(({ action }) => action.id),
    ['a3'],
  );
  const changes = await world.reader.changesAfter(id, 0);
  t.deepEqual(
    changes.filter(({ change }) => change === 'task-skipped').map(({ reason, from, to }) => [reason, from, to]),
    Array.from({ length: 2 }, () => [`its condition says no: ${NEVER}`, 'pending', 'skipped']),
  );
  t.is(brokenLink(id, changes, sha256), undefined);
});

test('a request whose tasks are all skipped is completed at once, and says so to the others', async (t) => {
  const world = await createWorld(item(NEVER));
  const [id = ''] = await world.accepted();
  t.is((await world.store.find(id))?.status, 'completed');
  t.deepEqual(
    world.takeMessages().map(({ type }) => type),
    ['request-submitted.v1', 'request-completed.v1'],
  );
});

test('a condition over an output is judged when the output is there', async (t) => {
  const world = await createWorld(item(undefined, "output.endpoint == 'public'", undefined));
  const [id = ''] = await world.accepted();
  const [first] = commandsIn(world.takeMessages());
  if (!first) return t.fail();
  t.deepEqual(statuses(await world.store.find(id)), ['queued', 'pending', 'pending']);
  await world.report(id, completion(first, { endpoint: 'private' }));
  t.deepEqual(statuses(await world.store.find(id)), ['completed', 'skipped', 'queued']);
  const [third] = commandsIn(world.takeMessages());
  if (!third) return t.fail();
  await world.report(id, completion(third));
  const request = await world.store.find(id);
  if (!request) return t.fail();
  t.is(request.status, 'completed');
  t.is(statusView(request).currentTask, null);
  return t.deepEqual(detailsView(request).progress, { completed: 2, skipped: 1, total: 3 });
});

test('a condition that can’t be evaluated fails its task, and nothing is sent', async (t) => {
  const world = await createWorld(item('length(current.basic.storageGb)'));
  const [id = ''] = await world.accepted();
  const request = await world.store.find(id);
  t.is(request?.status, 'failed');
  t.is(request?.tasks[0]?.failure?.code, 'CONDITION_ERROR');
  t.deepEqual(commandsIn(world.takeMessages()), []);
});

test('of a parallel bundle nothing is sent when the condition of one component can’t be evaluated', async (t) => {
  const broken = { ...item('sum(current.name)'), metadata: { ...anItem().metadata, id: 'database-broken' } };
  const parts = ['database-standard', 'database-broken'].map((catalogItem, index) => ({
    id: `c${index}`,
    catalogItem,
    dependsOn: [],
  }));
  const world = await createWorld(anItem(), broken, aBundle(parts, 'parallel'));
  const items = [{ kind: 'bundle' as const, id: 'bundle-webapp', input: { name: 'shop' } }];
  const [id = ''] = await world.accepted(aSubmission({ items }));
  t.deepEqual(statuses(await world.store.find(id)), ['pending', 'failed']);
  t.deepEqual(commandsIn(world.takeMessages()), []);
});

const reading = (template: string) =>
  anAction({
    id: 'reader',
    config: {
      endpoint: { url: 'https://platform.example', method: 'POST' },
      body: { type: 'json', contentTemplate: `{"at": "${template}"}` },
    },
  });

test('what reads an output of a skipped task gets its default, or fails without one', async (t) => {
  const skipped = anAction({ id: 'giver', when: NEVER });
  const world = await createWorld(
    anItem({ id: 'lenient', actions: [skipped, reading("{{.output.endpoint | default 'none'}}")] }),
    anItem({ id: 'strict', actions: [skipped, reading('{{.output.endpoint}}')] }),
  );
  const items = ['lenient', 'strict'].map((id) => ({ kind: 'item' as const, id, input: { name: 'orders' } }));
  const [lenient = '', strict = ''] = await world.accepted(aSubmission({ items }));
  t.deepEqual(statuses(await world.store.find(lenient)), ['skipped', 'queued']);
  const [command] = commandsIn(world.takeMessages());
  t.deepEqual(command?.action.config.body, { type: 'json', contentTemplate: '{"at": "none"}' });
  t.like((await world.store.find(strict))?.tasks[1], { status: 'failed', failure: { code: 'TEMPLATE_ERROR' } });
});
