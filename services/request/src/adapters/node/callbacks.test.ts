import { randomBytes } from 'node:crypto';
import test from 'ava';
import { required, uuid } from '../../../test/given.ts';
import { createCallbacks } from './callbacks.ts';

const publicUrl = 'https://pao.example/base/';
const REQUEST = { id: uuid(7) };
const TASK = { position: 3, generation: 2 };
const NAMED = { requestId: REQUEST.id, ...TASK };

const tokenOf = (url: string): string => required(url.split('/').at(-1));

const withKeys = (...keys: readonly Uint8Array[]) => required(createCallbacks({ publicUrl, keys }));

test('an address names the attempt it is for, below where the API is reached', (t) => {
  const callbacks = withKeys(randomBytes(32));
  const url = callbacks.urlOf(REQUEST, TASK);
  t.true(url.startsWith(`https://pao.example/base/api/v1/callbacks/${REQUEST.id}.3.2.`));
  t.deepEqual(callbacks.read(tokenOf(url)), NAMED);
});

test('the addresses of an older key stay good, those of another system never are', (t) => {
  const [old, next] = [randomBytes(32), randomBytes(32)];
  const token = tokenOf(withKeys(old).urlOf(REQUEST, TASK));
  t.deepEqual(withKeys(next, old).read(token), NAMED);
  t.not(tokenOf(withKeys(next, old).urlOf(REQUEST, TASK)), token);
  t.is(withKeys(next).read(token), undefined);
});

test('a token that differs by anything is none', (t) => {
  const callbacks = withKeys(randomBytes(32));
  const token = tokenOf(callbacks.urlOf(REQUEST, TASK));
  const [id = '', position = '', generation = '', mac = ''] = token.split('.');
  const last = mac.at(-1) === 'A' ? 'B' : 'A';
  for (const wrong of [
    '',
    'x',
    `${uuid(8)}.${position}.${generation}.${mac}`,
    `${id}.4.${generation}.${mac}`,
    `${id}.${position}.1.${mac}`,
    `${id}.${position}.${generation}.`,
    `${id}.0${position}.${generation}.${mac}`,
    `${id}.${position}.${generation}.${mac.slice(0, -1)}${last}`,
    `${token}x`,
    'a'.repeat(10_000),
  ])
    t.is(callbacks.read(wrong), undefined, wrong.slice(0, 100));
});

test('without an address or a key there are none', (t) => {
  t.is(createCallbacks({ publicUrl: undefined, keys: [randomBytes(32)] }), undefined);
  t.is(createCallbacks({ publicUrl, keys: [] }), undefined);
});
