import type { Operation } from '@pao/contracts';
import test from 'ava';
import { demoUser } from '../domain/demo-user.ts';
import type { Principal } from '../domain/principal.ts';
import { type CallFacts, createAdmitCall } from './admit-call.ts';

const ci: Principal = {
  subject: 'key:ci',
  name: 'ci',
  email: 'ci@example.test',
  teams: [],
  roles: ['viewer'],
  tenant: 'default',
};

const call: CallFacts = {
  permission: 'listCatalog',
  public: false,
  authorization: undefined,
  host: '127.0.0.1:8080',
  origin: undefined,
  site: undefined,
  address: '127.0.0.1',
};

const setup = (mode: 'demo' | 'required', exhausted = '') => {
  const taken: string[] = [];
  const admit = createAdmitCall({
    keys: { holderOf: (key) => (key === 'good-key' ? ci : undefined) },
    limits: {
      take: (caller) => {
        taken.push(caller);
        return caller === exhausted ? { ok: false, retryAfterMs: 500 } : { ok: true };
      },
    },
    demoUser: mode === 'demo' ? demoUser : undefined,
  });
  return { admit, taken };
};

const kindOf = (result: ReturnType<ReturnType<typeof createAdmitCall>>) =>
  result.ok ? result.value.subject : result.error.kind;

test('a demo serves calls without credentials as the demo user, for this machine alone', (t) => {
  const { admit } = setup('demo');
  t.is(kindOf(admit(call)), 'user:dev@example.test');
  t.is(kindOf(admit({ ...call, host: 'evil.test' })), 'foreign');
  t.is(kindOf(admit({ ...call, origin: 'https://evil.test' })), 'foreign');
  t.is(kindOf(admit({ ...call, site: 'cross-site' })), 'foreign');
});

test('where credentials are required, a call without them is refused wherever it comes from', (t) => {
  t.is(kindOf(setup('required').admit(call)), 'unauthenticated');
});

for (const mode of ['demo', 'required'] as const) {
  test(`a key is honoured or refused, whatever the host (${mode})`, (t) => {
    const { admit } = setup(mode);
    t.is(kindOf(admit({ ...call, host: 'pao.example.test', authorization: 'Bearer good-key' })), 'key:ci');
    t.is(kindOf(admit({ ...call, authorization: 'bearer good-key' })), 'key:ci');
    for (const authorization of [
      'Bearer bad-key',
      'Bearer',
      'Bearer  ',
      '',
      'good-key',
      'Basic good-key',
      'Bearer good-key x',
      'Bearer good-key\u0000',
    ]) {
      t.is(kindOf(admit({ ...call, authorization })), 'unauthenticated', authorization);
    }
  });
}

test('a caller without the permission is refused', (t) => {
  const { admit } = setup('required');
  t.is(kindOf(admit({ ...call, authorization: 'Bearer good-key', permission: 'submitRequests' })), 'forbidden');
});

test('the address counts before the credentials are looked at, the caller after', (t) => {
  const { admit, taken } = setup('required');
  admit({ ...call, authorization: 'Bearer bad-key' });
  admit({ ...call, authorization: 'Bearer good-key' });
  t.deepEqual(taken, ['address 127.0.0.1', 'address 127.0.0.1', 'subject key:ci']);
});

test('an address or a caller that called too often is told how long to wait', (t) => {
  const authorization = 'Bearer good-key';
  for (const exhausted of ['address 127.0.0.1', 'subject key:ci']) {
    t.deepEqual(setup('required', exhausted).admit({ ...call, authorization }), {
      ok: false,
      error: { kind: 'rate-limited', retryAfterMs: 500 },
    });
  }
});

for (const mode of ['demo', 'required'] as const) {
  test(`a public call passes as nobody, whatever it carries, and counts for its address (${mode})`, (t) => {
    const { admit, taken } = setup(mode);
    for (const facts of [
      {},
      { host: 'hooks.example.test' },
      { authorization: 'Bearer good-key' },
      { authorization: 'x' },
    ]) {
      const caller = admit({ ...call, ...facts, public: true, permission: 'receiveGithubWebhook' });
      t.like(caller, { ok: true, value: { subject: 'anonymous', roles: [], teams: [] } });
    }
    t.deepEqual(new Set(taken), new Set(['address 127.0.0.1']));
    t.is(kindOf(setup(mode, 'address 127.0.0.1').admit({ ...call, public: true })), 'rate-limited');
  });
}

test('the demo user may do everything that the first version offers', async (t) => {
  const { operations } = await import('@pao/contracts');
  const { admit } = setup('demo');
  const guarded = Object.values<Operation>(operations).filter((operation) => !operation.public);
  for (const permission of [...guarded.map(({ id }) => id), 'readMetrics'])
    t.true(admit({ ...call, permission }).ok, permission);
});
