import { randomBytes } from 'node:crypto';
import type { Field } from '@pao/documents';
import { createSealer } from '@pao/runtime';
import test from 'ava';
import { aBundle, anAction, anItem, hashOf } from '../../../test/documents.ts';
import { A_FAILURE, AT, okValue, required } from '../../../test/given.ts';
import {
  A_PERSON,
  aSubmission,
  CONTEXT,
  commandsIn,
  completion,
  createWorld,
  type World,
} from '../../../test/memory-world.ts';
import type { Report } from '../domain/decide.ts';
import type { Sealer } from '../ports/sealer.ts';
import { decideRequest } from './decide-request.ts';
import { recordReport } from './record-report.ts';
import { resendOverdue } from './resend-overdue.ts';
import { submitRequests } from './submit-requests.ts';
import { detailsView } from './views.ts';

const SECRET = 'Tr0ub4dor&3';
const PASSWORD: Field = { id: 'password', name: 'Password', type: 'password', required: true };

const sealerOf = (...ids: readonly string[]): Sealer =>
  required(createSealer(ids.map((id) => ({ id, bytes: bytesOf(id) }))));

const made = new Map<string, Buffer>();
const bytesOf = (id: string): Buffer => {
  const bytes = made.get(id) ?? randomBytes(32);
  made.set(id, bytes);
  return bytes;
};

const sending = (id: string) =>
  anAction({
    id,
    outputs: {},
    config: {
      endpoint: { url: 'https://platform.example/v1/things', method: 'POST' },
      body: { type: 'json', contentTemplate: '{"password": "{{.current.basic.password}}"}' },
    },
  });

const item = anItem({ fields: [PASSWORD], actions: [sending('first'), sending('second')] });

const submitted = async (sealer: Sealer | undefined, world: World, basic: object = { password: SECRET }) =>
  submitRequests({ ...world.dependencies, sealer })(
    aSubmission({ items: [{ kind: 'item', id: 'database-standard', input: { name: 'orders', basic } }] }),
  );

const requestIn = async (sealer: Sealer, world: World) => {
  const [accepted] = okValue(await submitted(sealer, world)).requests;
  return required(await world.dependencies.store.find(required(accepted).id));
};

test('a stored request holds its secrets sealed, each for its place, and people see a mask', async (t) => {
  const world = await createWorld(item);
  const sealer = sealerOf('a');
  const request = await requestIn(sealer, world);
  t.false(JSON.stringify(request).includes(SECRET));
  const { password } = request.input['basic'] as { readonly password: { readonly $sealed: string } };
  const place = { tenantId: 'default', requestId: request.id, place: 'input.basic.password' };
  t.deepEqual(sealer.open(password.$sealed, place), { ok: true, value: SECRET });
  t.deepEqual(detailsView(request).input, { name: 'orders', basic: { password: '••••' } });
});

test('the command of a task with a secret carries its configuration sealed for this attempt, and nothing of it besides', async (t) => {
  const world = await createWorld(item);
  const sealer = sealerOf('a');
  const request = await requestIn(sealer, world);
  const [command] = commandsIn(world.takeMessages());
  t.deepEqual(command?.action.config, {});
  const place = { tenantId: 'default', requestId: request.id, place: `task.${command?.taskId}.1` };
  const opened = JSON.parse(okValue(sealer.open(required(command?.action.sealedConfig), place)));
  t.like(opened, {
    config: { body: { contentTemplate: `{"password": "${SECRET}"}` } },
    secrets: [SECRET],
    members: ['body'],
  });
});

test('what comes along is sealed for its own task and generation', async (t) => {
  const world = await createWorld(item);
  const sealer = sealerOf('a');
  const dependencies = { ...world.dependencies, sealer };
  const { id: requestId } = await requestIn(sealer, world);
  const { taskId } = required(commandsIn(world.takeMessages())[0]);
  const report: Report = { kind: 'fail', taskId, generation: 1, startedAt: AT, at: AT, failure: A_FAILURE };
  await recordReport(dependencies)({ eventId: world.newId(), requestId, report, context: CONTEXT });
  const wish = { kind: 'retry', reason: null, acknowledgeUnknown: false } as const;
  okValue(await decideRequest(dependencies)({ requestId, tenantId: 'default', by: A_PERSON, wish, context: CONTEXT }));
  const [again] = commandsIn(world.takeMessages());
  t.is(again?.generation, 2);
  const [next, ...others] = again?.followUps ?? [];
  t.deepEqual(others, []);
  t.like(next, { generation: 1, action: { id: 'second', config: {} } });
  const open = (place: string) =>
    sealer.open(required(next?.action.sealedConfig), { tenantId: 'default', requestId, place });
  t.true(okValue(open(`task.${next?.taskId}.1`)).includes(SECRET));
  for (const place of [`task.${next?.taskId}.2`, `task.${taskId}.1`, `task.${taskId}.2`])
    t.false(open(place).ok, place);
  t.false(JSON.stringify(again).includes(SECRET));
});

test('the next task opens the secrets again, also after a change of keys', async (t) => {
  const world = await createWorld(item);
  const request = await requestIn(sealerOf('old'), world);
  const [first] = commandsIn(world.takeMessages());
  const record = recordReport({ ...world.dependencies, sealer: sealerOf('new', 'old') });
  await record({
    eventId: world.newId(),
    requestId: request.id,
    report: completion(required(first)),
    context: CONTEXT,
  });
  const [second] = commandsIn(world.takeMessages());
  const place = { tenantId: 'default', requestId: request.id, place: `task.${second?.taskId}.1` };
  const opened = okValue(sealerOf('new').open(required(second?.action.sealedConfig), place));
  t.true(opened.includes(SECRET));
});

test('a key that is gone fails the next task for certain and says which; nothing is sent', async (t) => {
  const reasons: readonly (readonly [Sealer | undefined, RegExp])[] = [
    [undefined, /PAO_DATA_KEYS is not set/],
    [sealerOf('other'), /sealed with the key lost, which is not in PAO_DATA_KEYS/],
  ];
  for (const [sealer, reason] of reasons) {
    const world = await createWorld(item);
    const request = await requestIn(sealerOf('lost'), world);
    const [first] = commandsIn(world.takeMessages());
    const record = recordReport({ ...world.dependencies, sealer });
    const report = completion(required(first));
    await record({ eventId: world.newId(), requestId: request.id, report, context: CONTEXT });
    t.deepEqual(commandsIn(world.takeMessages()), []);
    const after = required(await world.dependencies.store.find(request.id));
    t.is(after.status, 'failed');
    t.like(after.tasks[1]?.failure, { code: 'SECRETS_UNAVAILABLE' });
    t.regex(after.tasks[1]?.failure?.message ?? '', reason);
  }
});

test('a command that got lost is sent again with the same secrets; without their key it waits', async (t) => {
  const world = await createWorld(item);
  const sealer = sealerOf('a');
  const request = await requestIn(sealer, world);
  world.takeMessages();
  world.pass(120_000);
  const { overdue, dependencies } = world;
  const signal = new AbortController().signal;
  t.is(await resendOverdue({ ...dependencies, overdue, waitMs: 60_000, sealer: sealerOf('other') })(signal), 0);
  t.is(await resendOverdue({ ...dependencies, overdue, waitMs: 60_000, sealer })(signal), 1);
  const [again] = commandsIn(world.takeMessages());
  const place = { tenantId: 'default', requestId: request.id, place: `task.${again?.taskId}.1` };
  t.true(okValue(sealer.open(required(again?.action.sealedConfig), place)).includes(SECRET));
});

test('what a bundle asks as a text and its component as a password is a secret', async (t) => {
  const text: Field = { ...PASSWORD, type: 'string' };
  const bundle = aBundle([{ id: 'db', catalogItem: 'database-standard', dependsOn: [] }]);
  const asking = { ...bundle, input: { form: { name: 'N', groups: [{ id: 'basic', name: 'B', fields: [text] }] } } };
  const world = await createWorld(item, asking);
  const input = { name: 'shop', basic: { password: SECRET } };
  const command = aSubmission({ items: [{ kind: 'bundle', id: 'bundle-webapp', input }] });
  const [accepted] = okValue(await submitRequests({ ...world.dependencies, sealer: sealerOf('a') })(command)).requests;
  const request = required(await world.dependencies.store.find(required(accepted).id));
  t.false(JSON.stringify([request, world.takeMessages()]).includes(SECRET), hashOf(asking));
});

test('without keys a document with a password field is refused with the setting that is missing', async (t) => {
  const world = await createWorld(item);
  const refused = await submitted(undefined, world);
  t.like(refused, { ok: false, error: { kind: 'invalid-item' } });
  t.regex(JSON.stringify(refused), /basic\.password is a password.*PAO_DATA_KEYS is not set/);
  t.true((await submitted(sealerOf('a'), world)).ok);
});

test('a password that is too short to be kept secret is refused by its field', async (t) => {
  const world = await createWorld(item);
  const refused = await submitted(sealerOf('a'), world, { password: 'xyz' });
  t.like(refused, { ok: false, error: { kind: 'invalid-input' } });
  t.regex(JSON.stringify(refused), /items\[0\]\.input\.basic\.password.*too short/);
  t.notRegex(JSON.stringify(refused), /xyz/);
});
