import type { Field } from '@pao/documents';
import type { JsonObject } from '@pao/kernel';
import test from 'ava';
import { anAction, anItem, pin } from '../../../test/documents.ts';
import { aRequest, okValue, required, sha256 } from '../../../test/given.ts';
import { planRequest } from './plan.ts';
import { renderTask } from './render-task.ts';
import { taskAt } from './request.ts';
import { shortSecretPath } from './secret-use.ts';

const FIELDS: readonly Field[] = [
  { id: 'password', name: 'Password', type: 'password' },
  { id: 'other', name: 'Other', type: 'password' },
  { id: 'note', name: 'Note', type: 'string' },
];

const planOf = (config: JsonObject, basic: JsonObject) => {
  const item = anItem({ actions: [anAction({ config })], fields: FIELDS });
  return okValue(planRequest({ main: pin(item), items: new Map() }, { name: 'orders', basic }));
};

const useIn = (config: JsonObject, basic: JsonObject = { password: 'Tr0ub4dor&3', note: 'plain' }) => {
  const plan = planOf(config, basic);
  const request = aRequest();
  const platform = { environment: 'test', account: '', region: '' };
  const planned = required(plan.tasks[0]);
  return okValue(renderTask({ request, task: taskAt(request, 1), plan, planned, platform, digest: sha256 })).secrets;
};

const endpoint = { url: 'https://x.example', method: 'POST' };

test('a configuration that no secret goes into says so', (t) => {
  t.is(useIn({ endpoint, body: { type: 'text', contentTemplate: '{{.current.basic.note}}' } }), undefined);
});

test('the secret itself is named, and the member of the configuration that holds it', (t) => {
  const body = { type: 'text', contentTemplate: 'p={{.current.basic.password}} n={{.current.basic.note}}' };
  t.deepEqual(useIn({ endpoint, body, headers: { 'X-Note': '{{.current.basic.note}}' } }), {
    texts: ['Tr0ub4dor&3'],
    members: ['body'],
  });
});

test('what functions and escapes made of a secret is named too', (t) => {
  const headers = {
    authorization: 'Basic {{.current.basic.note | concat ":" .current.basic.password | base64}}',
    'x-hash': '{{.current.basic.password | sha256}}',
  };
  const body = { type: 'json', contentTemplate: '{"a":"{{.current.basic.password}}","b":"{{.current.basic.other}}"}' };
  const use = useIn({ endpoint, headers, body }, { password: 'say "hi"', other: 'or {} so', note: 'me' });
  t.deepEqual(use?.members, ['headers', 'body']);
  t.deepEqual(
    new Set(use?.texts),
    new Set([
      'say "hi"',
      'or {} so',
      Buffer.from('me:say "hi"').toString('base64'),
      sha256('say "hi"'),
      'say \\"hi\\"',
    ]),
  );
});

test('a secret that is shorter than what can be looked for is found before it is taken', (t) => {
  t.is(shortSecretPath(planOf({ endpoint }, { password: 'long enough', other: 'abc' })), 'basic.other');
  t.is(shortSecretPath(planOf({ endpoint }, { password: 'four', note: 'x' })), undefined);
});
