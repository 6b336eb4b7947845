import type { Action } from '@pao/documents';
import test from 'ava';
import { anAction, anItem, pin } from '../../../test/documents.ts';
import { AT, okValue, sha256 } from '../../../test/given.ts';
import { itemPlanOf } from './item-plan.ts';
import { planRequest } from './plan.ts';
import { wordsOf } from './plan-words.ts';
import { type Announcement, poolsOf } from './pools.ts';

const options = {
  requester: { id: 'user:dev', email: 'dev@example.test', name: null, teams: [] },
  platform: { environment: 'test', account: '', region: '' },
  digest: sha256,
};

const fields = [{ id: 'password', name: 'Password', type: 'password' as const, required: true }];

const planned = (...actions: readonly Action[]) => {
  const selection = { main: pin(anItem({ actions, fields })), items: new Map() };
  const input = { name: 'orders', basic: { password: 'hunter2-hunter2' } };
  return itemPlanOf(selection, okValue(planRequest(selection, input)), options);
};

const dnsRecord: Announcement['actionTypes'][number] = {
  ...{ type: 'dns-record', version: '1.0.0', summary: 'Keeps a DNS record', idempotency: 'natural' },
  ...{ configSchema: {}, outputs: [], secretMembers: [], canRollBack: false },
  plan: 'Points {{config.record.name}} at\n{{config.to}}{{config.__proto__}}{{config.toString}} {{#x}}{{ config.to }}',
};

const pools = (type: Partial<typeof dnsRecord> = {}) => {
  const actionTypes = [{ ...dnsRecord, ...type }];
  return poolsOf([{ pool: 'dns', instance: 'a', actionTypes, announcedAt: AT, stopping: false }], [], AT);
};

const words = (action: Action, known = pools()) => {
  const task = planned(anAction({ id: 'giver' }), action).tasks[1];
  if (!task) throw new Error('nothing was planned');
  return wordsOf(task, known);
};

const call = (url: string) => ({ endpoint: { method: 'POST', url }, poll: { url, until: 'done' } });

test('a task says what it would do, with what is secret covered and what is not there yet named', (t) => {
  const path = words(anAction({ id: 'call', config: call('https://x.example/{{.output.endpoint}}'), outputs: {} }));
  t.is(
    path.summary,
    'Calls POST https://x.example/‹output endpoint of giver›, then asks https://x.example/‹output endpoint of giver› until done',
  );
  t.like(path, { idempotency: 'none', waits: 'check' });
  const secret = dnsAction({ record: { name: 'a' }, to: '{{.current.basic.password}}' });
  t.regex(words(secret).summary ?? '', /^Points a at ••••/);
});

test('a configuration that can’t be told yet is told as it is written', (t) => {
  const { summary } = words(anAction({ id: 'call', config: call('https://x.example/{{.output.endpoint | upper}}/a') }));
  t.regex(summary ?? '', /^Calls POST https:\/\/x\.example\/‹…›\/a, then/);
});

test('a task that will not run does nothing', (t) => {
  t.is(words(anAction({ id: 'no', when: '`false`' })).summary, null);
  t.is(words(dnsAction({}, { when: '`false`' })).summary, null);
});

const dnsAction = (config: Action['config'], rest: Partial<Action> = {}): Action =>
  anAction({ id: 'record', type: 'dns-record', executor: 'dns', config, outputs: {}, ...rest });

test('a type of another executor is told in the words it announced, with own values of the configuration and nothing else', (t) => {
  const action = dnsAction({ record: { name: '{{.current.name}}' }, to: ['a', 1] });
  t.deepEqual(words(action), {
    summary: 'Points orders at ["a",1] {{#x}}{{ config.to }}',
    idempotency: 'natural',
    waits: null,
  });
});

test('without words for plans a type is told by its summary, and one that nobody has announced not at all', (t) => {
  const { plan: _, ...silent } = dnsRecord;
  const known = pools().map((pool) => ({ ...pool, actionTypes: [silent] }));
  t.is(words(dnsAction({}), known).summary, 'Keeps a DNS record');
  t.deepEqual(words(dnsAction({}), []), { summary: null, idempotency: null, waits: null });
  t.is(words(dnsAction({}, { executor: 'other' })).summary, null);
});

test('a type that promises nothing is safe to repeat where the document says so', (t) => {
  t.is(words(dnsAction({}), pools({ idempotency: 'none' })).idempotency, 'none');
  t.is(words(dnsAction({}, { idempotent: true }), pools({ idempotency: 'none' })).idempotency, 'key');
  t.is(words(anAction({ id: 'call', idempotent: true })).idempotency, 'key');
});

test('what an announcement says stays short and in one line', (t) => {
  const { summary } = words(
    dnsAction({ to: 'x'.repeat(5_000) }),
    pools({ plan: 'a\u001b[31m\r\n{{config.to}}'.repeat(60) }),
  );
  t.true((summary ?? '').length <= 1_001);
  t.regex(summary ?? '', /^a \[31m x+…a/);
});
