import type { Action, Look, Probe, Verdict } from '@pao/executor-sdk';
import { commandOf } from '@pao/executor-sdk/testing';
import type { JsonObject } from '@pao/kernel';
import type { ServiceNowInstance } from '@pao/outgoing';
import {
  type Behaviour,
  type FakeServiceNow,
  type FakeServiceNowOptions,
  rateLimited,
  replyWith,
  startFakeServiceNow,
} from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import { createServiceNowAction } from '../src/adapters/servicenow/action.ts';
import { NAME, prepared, refused, senderTo } from './support/effects.ts';

const PASSWORD = 'canary-password';
const BASIC = `Basic ${Buffer.from(`pao:${PASSWORD}`).toString('base64')}`;

interface World {
  readonly servicenow: FakeServiceNow;
  readonly runner: ReturnType<typeof createServiceNowAction>;
  readonly clock: { ms: number };
  run(config: JsonObject, remainingMs?: number): Promise<Verdict>;
  probe(config: JsonObject): Promise<Probe>;
  look(config: JsonObject, state: JsonObject, late?: boolean): Promise<Look>;
}

const world = async (
  t: ExecutionContext,
  options: FakeServiceNowOptions = { authorization: BASIC },
): Promise<World> => {
  const servicenow = await startFakeServiceNow(options);
  t.teardown(() => servicenow.close());
  const instance: ServiceNowInstance = { url: servicenow.url, user: 'pao', password: PASSWORD };
  const clock = { ms: Date.parse('2026-11-21T09:00:00Z') };
  const runner = createServiceNowAction({
    instances: new Map([['main', instance]]),
    send: senderTo(t, { port: Number(new URL(servicenow.url).port) }),
    now: () => new Date(clock.ms),
  });
  const effect = (config: JsonObject) => prepared(runner, { config: { instance: 'main', ...config } });
  return {
    servicenow,
    runner,
    clock,
    run: async (config, remainingMs = 20_000) => (await effect(config)).run({ name: NAME, remainingMs }),
    probe: async (config) => (await effect(config)).probe({ name: NAME, remainingMs: 20_000 }),
    look: async (config, state, late = false) => {
      const { action }: { readonly action: Action } = commandOf({
        action: { config: { instance: 'main', ...config } },
      });
      if (runner.look === undefined) throw new Error('it does not look');
      return runner.look(action, [], { step: 'create', state }, { name: NAME, remainingMs: 20_000, late });
    },
  };
};

const INCIDENT = {
  table: 'incident',
  variables: { short_description: 'Disk', urgency: 2, tags: ['a', 'b'], more: { x: 1 } },
};

test('a record is created in one call and carries the name of its attempt', async (t) => {
  const { run, servicenow } = await world(t);
  const verdict = await run(INCIDENT);
  const [record] = servicenow.of('incident');
  t.is(servicenow.calls.length, 1);
  t.like(record?.fields, {
    correlation_id: NAME,
    short_description: 'Disk',
    urgency: '2',
    tags: 'a,b',
    more: '{"x":1}',
  });
  const { number = '', sys_id: sysId = '' } = record?.fields ?? {};
  t.like(verdict, { kind: 'ok', offered: { number, sysId }, externalRef: number });
  t.true(
    verdict.kind === 'ok' &&
      JSON.stringify(verdict.offered['url']).startsWith(`"${servicenow.url}/nav_to.do?uri=incident.do`),
  );
});

test('a table without numbers gives its record by sys_id', async (t) => {
  const { run } = await world(t, { plainTables: ['u_thing'] });
  t.like(await run({ table: 'u_thing', variables: { u_name: 'x' } }), { kind: 'ok', offered: { number: null } });
});

test('a catalog item is ordered by sys_id or by name', async (t) => {
  const { run, servicenow } = await world(t);
  const item = servicenow.add('sc_cat_item', { name: 'New database', active: 'true' });
  servicenow.add('sc_cat_item', { name: 'New database', active: 'false' });
  for (const catalogItem of [item, 'New database'])
    t.is((await run({ catalogItem, variables: { size: 'small' } })).kind, 'ok', catalogItem);
  const orders = servicenow.of('sc_request');
  t.is(orders.length, 2);
  t.deepEqual(JSON.parse(servicenow.calls[0]?.text ?? ''), { sysparm_quantity: '1', variables: { size: 'small' } });
  t.is(servicenow.calls.filter(({ method }) => method === 'POST').length, 2);
});

test('an item that is not there, or there twice, is not ordered', async (t) => {
  const { run, servicenow } = await world(t);
  t.like(await run({ catalogItem: 'New database' }), {
    kind: 'definite-failure',
    failure: { code: 'SERVICENOW_ITEM_UNKNOWN' },
  });
  servicenow.add('sc_cat_item', { name: 'New^active=false', active: 'true' });
  t.like(await run({ catalogItem: 'New^active=false' }), { failure: { code: 'SERVICENOW_ITEM_UNKNOWN' } });
  for (let more = 0; more < 2; more += 1) servicenow.add('sc_cat_item', { name: 'New database', active: 'true' });
  t.like(await run({ catalogItem: 'New database' }), { failure: { code: 'SERVICENOW_ITEM_UNKNOWN' } });
  servicenow.next(replyWith(503));
  t.like(await run({ catalogItem: 'New database' }), { kind: 'not-executed', failure: { code: 'HTTP_503' } });
  t.deepEqual(servicenow.of('sc_request'), []);
});

test('whatever goes wrong with the answer, the call is made once and the name finds what was made', async (t) => {
  const spoilt: readonly (readonly [Behaviour, Verdict['kind']])[] = [
    [{ kind: 'reset' }, 'unknown'],
    [{ kind: 'reset', afterBytes: 60 }, 'unknown'],
    [{ kind: 'truncate' }, 'unknown'],
    [{ kind: 'reply', reply: { status: 500 } }, 'unknown'],
    [{ kind: 'reply', reply: { status: 201, body: '<html>hibernating</html>' } }, 'unknown'],
    [{ kind: 'reply', reply: { status: 201, body: { result: { sys_id: '../../etc' } } } }, 'unknown'],
    [{ kind: 'reply', reply: { status: 201, body: { result: [] } } }, 'unknown'],
  ];
  for (const [behaviour, kind] of spoilt) {
    const { run, probe, servicenow } = await world(t);
    servicenow.next(behaviour);
    t.is((await run(INCIDENT)).kind, kind, JSON.stringify(behaviour));
    t.is(servicenow.calls.length, 1);
    const sysId = servicenow.of('incident')[0]?.fields['sys_id'];
    t.like(await probe(INCIDENT), { kind: 'found', success: { offered: { sysId } } });
    t.is(servicenow.of('incident').length, 1);
  }
});

test('a refusal is definite, and being asked to wait is respected', async (t) => {
  const { run, servicenow } = await world(t);
  servicenow.next(replyWith(403, { error: { message: 'ACL', detail: '' } }), rateLimited(7));
  t.like(await run(INCIDENT), { kind: 'definite-failure', failure: { code: 'HTTP_403' } });
  t.like(await run(INCIDENT), { kind: 'not-executed', retryAfterMs: 7_000 });
  t.deepEqual(servicenow.records, []);
});

test('a look for the name adopts one record, and neither none, nor two, nor any other', async (t) => {
  const { probe, servicenow } = await world(t, { authorization: BASIC, plainTables: ['u_thing'] });
  t.like(await probe(INCIDENT), { kind: 'inconclusive', again: true });
  for (let more = 0; more < 2; more += 1) servicenow.add('incident', { correlation_id: NAME });
  t.like(await probe(INCIDENT), { kind: 'inconclusive', again: false });
  // A condition on a field that a table lacks is left out by ServiceNow: every record of it is a hit.
  servicenow.add('u_thing', { u_name: 'of somebody else' });
  t.like(await probe({ table: 'u_thing' }), { kind: 'inconclusive', again: true });
  servicenow.next(replyWith(500));
  t.like(await probe(INCIDENT), { kind: 'inconclusive', again: true });
});

test('an order is found again by the variable that the document names, else not at all', async (t) => {
  const { run, probe, servicenow } = await world(t);
  const catalogItem = servicenow.add('sc_cat_item', { name: 'New database', active: 'true' });
  const config = { catalogItem, correlationVariable: 'pao_key' };
  t.like(await probe(config), { kind: 'inconclusive', again: true });
  servicenow.next({ kind: 'truncate' });
  t.is((await run(config)).kind, 'unknown');
  const number = servicenow.of('sc_request')[0]?.fields['number'];
  t.like(await probe(config), { kind: 'found', success: { offered: { number } } });
  t.deepEqual(await probe({ catalogItem }), { kind: 'impossible' });
});

const begun = async (at: World, config: JsonObject) => {
  const verdict = await at.run(config);
  if (verdict.kind !== 'ok' || verdict.next?.kind !== 'check') throw new Error(JSON.stringify(verdict));
  return { next: verdict.next, number: verdict.externalRef ?? '' };
};

test('the task waits until the record is closed, and brings what was said', async (t) => {
  const at = await world(t);
  const config = { ...INCIDENT, waitForClosure: true, interval: 30, timeout: 600 };
  const { next, number } = await begun(at, config);
  t.like(next, { afterMs: 30_000, atMostMs: 600_000 });
  at.clock.ms += 100_000;
  t.like(await at.look(config, next.state), { kind: 'check', atMostMs: 500_000 });
  at.servicenow.edit(number, { state: '6', close_code: 'Solution provided', close_notes: 'Enlarged.' });
  t.like(await at.look(config, next.state), {
    kind: 'ok',
    result: { number, state: 'Resolved', closeCode: 'Solution provided', closeNotes: 'Enlarged.' },
    offered: { number },
  });
});

test('a record that is closed as not done is a failure, in the words of who closed it', async (t) => {
  const cases: readonly (readonly [table: string, fields: Record<string, string>])[] = [
    ['incident', { state: '8' }],
    ['change_request', { state: '4', active: 'false' }],
    ['sc_task', { state: '7', active: 'false' }],
    ['u_work', { state: 'Cancelled by requester', active: 'false' }],
  ];
  for (const [table, fields] of cases) {
    const at = await world(t);
    const config = { table, waitForClosure: true };
    const { next, number } = await begun(at, config);
    at.servicenow.edit(number, { close_notes: 'No budget.', ...fields });
    const look = await at.look(config, next.state);
    t.like(look, { kind: 'definite-failure', failure: { code: 'SERVICENOW_DECLINED' } }, table);
    t.true(look.kind === 'definite-failure' && look.failure.message.endsWith('No budget.'));
  }
});

test('an order is over when its request is closed', async (t) => {
  const at = await world(t);
  const config = { catalogItem: 'New database', waitForClosure: true };
  at.servicenow.add('sc_cat_item', { name: 'New database', active: 'true' });
  const { next, number } = await begun(at, config);
  t.is((await at.look(config, next.state)).kind, 'check');
  at.servicenow.closeRecord(number);
  t.like(await at.look(config, next.state), { kind: 'ok', result: { number, state: 'Closed Complete' } });
});

test('what passes is looked at again; a record that is gone is not waited for for ever', async (t) => {
  const at = await world(t);
  const config = { ...INCIDENT, waitForClosure: true };
  const { next, number } = await begun(at, config);
  at.servicenow.next(replyWith(503), { kind: 'reset' }, { kind: 'truncate' }, replyWith(200, { result: 'odd' }));
  for (let looks = 0; looks < 4; looks += 1)
    t.like(await at.look(config, next.state), { kind: 'check', state: { refusals: 0 } });
  at.servicenow.remove(number);
  let look: Look = next;
  for (let looks = 0; looks < 3 && look.kind === 'check'; looks += 1) look = await at.look(config, look.state);
  t.like(look, { kind: 'unknown', failure: { code: 'SERVICENOW_RECORD_GONE' } });
});

test('when time is over, an open record leaves the outcome to a person', async (t) => {
  const at = await world(t);
  const config = { ...INCIDENT, waitForClosure: true, timeout: 60 };
  const { next } = await begun(at, config);
  t.like(await at.look(config, next.state, true), { kind: 'unknown', failure: { code: 'WAIT_TIMED_OUT' } });
});

test('what makes no sense is found before anything is sent', async (t) => {
  const { runner, servicenow } = await world(t);
  const cases: readonly (readonly [JsonObject, string, RegExp])[] = [
    [{ table: 'incident' }, 'CONFIG_INVALID', /^config\.instance: /],
    [{ instance: 'main' }, 'CONFIG_INVALID', /needs either catalogItem or table/],
    [{ instance: 'main', table: 'a', catalogItem: 'b' }, 'CONFIG_INVALID', /needs either/],
    [{ instance: 'main', table: 'in/../cident' }, 'CONFIG_INVALID', /^config\.table: is not the name of a table$/],
    [{ instance: 'main', table: 'a', variables: { correlation_id: 'x' } }, 'CONFIG_INVALID', /is set by the executor/],
    [{ instance: 'main', catalogItem: 'a', correlationVariable: 'a^b' }, 'CONFIG_INVALID', /correlationVariable/],
    [{ instance: 'other', table: 'a' }, 'SERVICENOW_INSTANCE_UNKNOWN', /"other", only main/],
  ];
  for (const [config, code, message] of cases) {
    const failure = await refused(runner, { config });
    t.is(failure.code, code);
    t.regex(failure.message, message);
  }
  const none = createServiceNowAction({ instances: new Map(), send: senderTo(t), now: () => new Date() });
  t.is((await refused(none, { config: { instance: 'main', table: 'a' } })).code, 'SERVICENOW_NOT_CONFIGURED');
  t.is(servicenow.connections(), 0);
});

test('the password of the account is in no verdict', async (t) => {
  const { run, servicenow } = await world(t);
  servicenow.next(replyWith(500, { error: { message: `${BASIC} pao:${PASSWORD}`, detail: PASSWORD } }));
  const verdict = JSON.stringify(await run(INCIDENT));
  t.false(verdict.includes('canary'), verdict);
  t.false(verdict.includes(BASIC.slice('Basic '.length)), verdict);
});
