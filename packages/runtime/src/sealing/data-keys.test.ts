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
    keys.map((key) => ('bytes' in key ? `${key.id}:${key.bytes.toString('base64')}` : 'wrapped')),
    [one, two],
  );
  t.true(keys.every((key) => 'bytes' in key && key.bytes.length === 32));
  t.not(one, two);
});

test('an absent or empty variable means no keys', (t) => {
  t.deepEqual([read(undefined), read('')], [[], []]);
});

test('an entry that is no key is refused by its place, and never quoted', (t) => {
  const wrong = [
    'nonsense',
    `a:${BYTES}`,
    `a:${BYTES.slice(1)}=`,
    `${'a'.repeat(33)}:${BYTES}=`,
    `a b:${BYTES}=`,
    `a:kms:${BYTES}`,
    'a:kms:',
    'a:kms:AAAA',
  ];
  for (const entry of wrong) {
    const error = t.throws(() => read(`${newDataKey()},${entry}`), { instanceOf: ConfigError });
    t.regex(error.message, /PAO_DATA_KEYS: entry 2 is not <key id>:<base64 of 32 bytes> or <key id>:kms:<base64>/);
    t.false(error.message.includes(entry));
  }
});

test('what KMS wrapped is told from a key at hand', (t) => {
  const [key, other] = read(`a:kms:${'AQID'.repeat(40)},b:${BYTES}=`);
  t.deepEqual(key as unknown, { id: 'a', wrapped: Buffer.from('AQID'.repeat(40), 'base64') });
  t.true(other !== undefined && 'bytes' in other);
});

test('two keys of one id are refused: a sealed text would not say which it needs', (t) => {
  const error = t.throws(() => read(`a:${BYTES}=,b:${BYTES}=,a:${BYTES}=`), { instanceOf: ConfigError });
  t.regex(error.message, /entry 3 has the id of an earlier one/);
});
