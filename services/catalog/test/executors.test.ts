import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import {
  type CatalogSync,
  type DataOf,
  encodeMessage,
  executorAnnouncedV1,
  type validateDocuments,
} from '@pao/contracts';
import type { JsonObject } from '@pao/kernel';
import test, { type ExecutionContext } from 'ava';
import { createWorld, eventually } from './running-service.ts';

const PATH = 'catalog/networking/address.yaml';

const document = (config: string, executor = 'network') => `schemaVersion: catalog/v1
kind: CatalogItem
metadata:
  id: networking-address-standard
  name: Address
  description: An address of the internal network, reserved until it is given back.
  version: 1.0.0
  category: networking
  owner: { team: network, contact: network@example.com }
input:
  form:
    name: Name
    validation: { pattern: "^[a-z][a-z0-9-]{2,28}$" }
    groups: [{ id: basic, name: Basics, fields: [{ id: size, name: Size, type: number, default: 1 }] }]
fulfillment:
  strategy: { mode: automatic }
  manual:
    actions: [{ type: jira-ticket, config: { ticket: { project: NET, summaryTemplate: "Reserve {{.current.name}}" } } }]
  automatic:
    actions:
      - { type: reserve-address, executor: ${executor}, config: ${config} }
`;

const SCHEMA = {
  ...{ type: 'object', required: ['pool'], additionalProperties: false },
  properties: { pool: { type: 'string' }, size: { type: 'integer' } },
};

const started = async (t: ExecutionContext) => {
  const world = await createWorld(t);
  const replica = await world.start();
  const announce = async (configSchema: JsonObject, at = new Date()) => {
    const actionType = {
      ...{ type: 'reserve-address', version: '1.0.0', summary: 'x', idempotency: 'none' as const, configSchema },
      ...{ outputs: [], secretMembers: [], canRollBack: false },
    };
    const data = { pool: 'network', instance: 'n-1', actionTypes: [actionType], announcedAt: at.toISOString() };
    const id = randomUUID();
    const fields = { id, subject: 'network', time: at, correlationId: 'c', tenantId: 'default' };
    const body = encodeMessage(executorAnnouncedV1, fields, data as never);
    const destination = 'topic:task-events' as const;
    await world.bus.publish([
      { id, destination, groupId: 'network', dedupId: id, type: executorAnnouncedV1.type, body },
    ]);
  };
  const validate = async (text: string, strict = false) => {
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify({ files: [{ path: PATH, text }], strict }) };
    const { body } = await replica.call<DataOf<typeof validateDocuments>>('/tools/validate', init);
    return body.data.findings.map(({ severity, code }) => `${severity} ${code}`);
  };
  return { ...world, replica, announce, validate };
};

test('documents are judged by what pools announce, as soon as they do', async (t) => {
  const { announce, validate } = await started(t);
  const good = document('{ pool: internal, size: "{{.current.basic.size}}" }');
  t.deepEqual(await validate(good), ['warning ACTION_TYPE_UNKNOWN']);
  t.deepEqual(await validate(good, true), ['error ACTION_TYPE_UNKNOWN']);
  await announce(SCHEMA);
  t.deepEqual(
    await eventually(
      () => validate(good, true),
      ({ length }) => length === 0,
    ),
    [],
  );
  t.deepEqual(await validate(document('{ pol: internal }')), [
    'error ACTION_CONFIG_INVALID',
    'error ACTION_CONFIG_INVALID',
  ]);
  t.deepEqual(await validate(document('{ pool: internal }', 'default')), ['warning ACTION_TYPE_UNKNOWN']);
});

test('the catalog is judged anew when announcements change, and an older one changes nothing', async (t) => {
  const { announce, write, folder, replica } = await started(t);
  await mkdir(`${folder}/catalog/networking`, { recursive: true });
  await write(PATH, document('{ pool: internal }'));
  await replica.refresh();
  const codes = ({ findings }: CatalogSync) => findings.filter(({ path }) => path === PATH).map(({ code }) => code);
  t.deepEqual(codes(await replica.sync()), ['ACTION_TYPE_UNKNOWN']);
  await announce(SCHEMA);
  await eventually(replica.sync, (sync) => codes(sync).length === 0);
  await announce({ ...SCHEMA, required: ['pool', 'size'] });
  await eventually(replica.sync, (sync) => codes(sync)[0] === 'ACTION_CONFIG_INVALID');
  t.is((await replica.list('?category=networking')).body.data.length, 1, 'what is offered stays');
  await announce(SCHEMA, new Date(Date.now() - 60_000));
  t.deepEqual(codes((await replica.refresh()).body.data), ['ACTION_CONFIG_INVALID']);
});
