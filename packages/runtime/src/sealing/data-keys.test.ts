import test from 'ava';
import { z } from 'zod';
import { ConfigError, loadConfig } from '../config.ts';
import { dataKeysSetting, newDataKey } from './data-keys.ts';

const read = (text: string | undefined) => {
  const { PAO_DATA_KEYS } = loadConfig(z.object({ PAO_DATA_KEYS: dataKeysSetting() }), { PAO_DATA_KEYS: text });
  return PAO_DATA_KEYS;
};

const BYTES = 'A'.repeat(43);

test('new keys are read as they were made, the first in front', (t) => {
  const [one, two] = [newDataKey(), newDataKey()];
  const keys = read(` ${one}, ${two},`);
  t.deepEqual(
    keys.map(({ id, bytes }) => `${id}:${bytes.toString('base64')}`),
    [one, two],
  );
  t.true(keys.every(({ bytes }) => bytes.length === 32));
  t.not(one, two);
});

test('an absent or empty variable means no keys', (t) => {
  t.deepEqual([read(undefined), read('')], [[], []]);
});

test('an entry that is no key is refused by its place, and never quoted', (t) => {
  const wrong = ['nonsense', `a:${BYTES}`, `a:${BYTES.slice(1)}=`, `${'a'.repeat(33)}:${BYTES}=`, `a b:${BYTES}=`];
  for (const entry of wrong) {
    const error = t.throws(() => read(`${newDataKey()},${entry}`), { instanceOf: ConfigError });
    t.regex(error.message, /PAO_DATA_KEYS: entry 2 is not <key id>:<base64 of 32 bytes>/);
    t.false(error.message.includes(entry));
  }
});

test('two keys of one id are refused: a sealed text would not say which it needs', (t) => {
  const error = t.throws(() => read(`a:${BYTES}=,b:${BYTES}=,a:${BYTES}=`), { instanceOf: ConfigError });
  t.regex(error.message, /entry 3 has the id of an earlier one/);
});
