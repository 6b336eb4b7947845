import { randomBytes } from 'node:crypto';
import test from 'ava';
import fc from 'fast-check';
import type { DataKey } from './data-keys.ts';
import { createSealer, type DataSealer, type SealPlace } from './sealer.ts';

const PLACE: SealPlace = { tenantId: 'default', requestId: 'request-1', place: 'input.basic.password' };

const aKey = (id: string): DataKey => ({ id, bytes: randomBytes(32) });

const sealerOf = (...keys: readonly DataKey[]): DataSealer => {
  const sealer = createSealer(keys);
  if (sealer === undefined) throw new Error('no keys');
  return sealer;
};

test('without keys there is no sealer', (t) => {
  t.is(createSealer([]), undefined);
});

test('whatever text is sealed opens again at its place, and is never part of the sealed text', (t) => {
  const sealer = sealerOf(aKey('a'));
  const place = fc.record({ tenantId: fc.string(), requestId: fc.string(), place: fc.string() });
  const text = fc.string({ unit: 'binary', maxLength: 300 }).filter((candidate) => candidate.isWellFormed());
  const property = fc.property(text, place, (secret, where) => {
    const sealed = sealer.seal(secret, where);
    const opened = sealer.open(sealed, where);
    return opened.ok && opened.value === secret && (secret.length < 8 || !sealed.includes(secret));
  });
  t.notThrows(() => fc.assert(property));
});

test('the same text sealed twice gives two sealed texts, so that equal secrets do not show', (t) => {
  const sealer = sealerOf(aKey('a'));
  t.not(sealer.seal('secret', PLACE), sealer.seal('secret', PLACE));
});

test('a sealed text with any one character changed does not open', (t) => {
  const sealer = sealerOf(aKey('a'));
  const sealed = sealer.seal('a secret of some length', PLACE);
  for (const index of Array.from(sealed).keys()) {
    const other = sealed[index] === 'A' ? 'B' : 'A';
    const altered = sealed.slice(0, index) + other + sealed.slice(index + 1);
    t.false(sealer.open(altered, PLACE).ok, `character ${index}`);
  }
});

test('a sealed text that was cut or lengthened, and no sealed text at all, is an error and never a crash', (t) => {
  const sealer = sealerOf(aKey('a'));
  const sealed = sealer.seal('secret', PLACE);
  for (let length = 0; length < sealed.length; length += 1) t.false(sealer.open(sealed.slice(0, length), PLACE).ok);
  t.false(sealer.open(`${sealed}A`, PLACE).ok);
  t.false(sealer.open(`${sealed}=`, PLACE).ok);
  t.deepEqual(sealer.open(sealed.replace('v1.', 'v2.'), PLACE), { ok: false, error: { kind: 'malformed' } });
  const property = fc.property(fc.string(), (text) => !sealer.open(text, PLACE).ok);
  t.notThrows(() => fc.assert(property));
});

test('a sealed text opens for no other tenant, no other request and no other place', (t) => {
  const sealer = sealerOf(aKey('a'));
  const sealed = sealer.seal('secret', PLACE);
  const altered = { ok: false, error: { kind: 'altered', keyId: 'a' } };
  t.deepEqual(sealer.open(sealed, { ...PLACE, tenantId: 'other' }) as unknown, altered);
  t.deepEqual(sealer.open(sealed, { ...PLACE, requestId: 'request-2' }) as unknown, altered);
  t.deepEqual(sealer.open(sealed, { ...PLACE, place: 'input.basic.other' }) as unknown, altered);
  // Parts that are run together the same way are still different places.
  const joined = sealer.seal('secret', { tenantId: 'a","b', requestId: 'c', place: 'd' });
  t.false(sealer.open(joined, { tenantId: 'a', requestId: 'b","c', place: 'd' }).ok);
});

test('after a change of keys the new one seals, and what the old one sealed still opens', (t) => {
  const [old, fresh] = [aKey('old'), aKey('fresh')];
  const before = sealerOf(old).seal('secret', PLACE);
  const rotated = sealerOf(fresh, old);
  t.deepEqual(rotated.open(before, PLACE), { ok: true, value: 'secret' });
  const after = rotated.seal('secret', PLACE);
  t.deepEqual(sealerOf(fresh).open(after, PLACE), { ok: true, value: 'secret' });
});

test('a key that is not there is told by its id, and another key under the same id opens nothing', (t) => {
  const sealed = sealerOf(aKey('gone')).seal('secret', PLACE);
  t.deepEqual(sealerOf(aKey('here')).open(sealed, PLACE), {
    ok: false,
    error: { kind: 'unknown-key', keyId: 'gone' },
  });
  t.deepEqual(sealerOf(aKey('gone')).open(sealed, PLACE), { ok: false, error: { kind: 'altered', keyId: 'gone' } });
});

test('a fingerprint is recognised by every holder of its key, for its text alone, also after a change of keys', (t) => {
  const [old, fresh] = [aKey('old'), aKey('fresh')];
  const fingerprint = sealerOf(old).fingerprint('a body');
  const rotated = sealerOf(fresh, old);
  t.true(rotated.isFingerprintOf(fingerprint, 'a body'));
  t.false(rotated.isFingerprintOf(fingerprint, 'another body'));
  t.false(sealerOf(fresh).isFingerprintOf(fingerprint, 'a body'));
  t.false(sealerOf(aKey('old')).isFingerprintOf(fingerprint, 'a body'));
  t.false(rotated.isFingerprintOf('a plain digest', 'a body'));
});
