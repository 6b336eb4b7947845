import test from 'ava';
import { array, assert, constantFrom, json, property, string } from 'fast-check';
import { findJsonFlaw, jsonErrorPlace } from './json-checks.ts';

const offsetOf = (text: string): number => Number(/^position (\d+) /.exec(jsonErrorPlace(text))?.[1]);

/** Whether the platform's parser reads the whole text before it gives up, or does not give up at all. */
const isPrefixOfJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    return message.startsWith('Unexpected end') || message.includes(` at position ${text.length} `);
  }
};

test('a sound text has no error before its end', (t) => {
  assert(
    property(json(), (text) => {
      t.is(offsetOf(text), text.length);
    }),
  );
  t.pass();
});

test('the place of an error is where the parser of the platform stops too', (t) => {
  const pieces = constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '1',
    '-0.5e3',
    'true',
    'null',
    ' ',
    '\n',
    'tru',
    '01',
    "'",
  );
  assert(
    property(array(pieces, { maxLength: 12 }), (parts) => {
      const text = parts.join('');
      const offset = offsetOf(text);
      // Up to the place the text may still become JSON, or it would have stopped earlier.
      t.true(isPrefixOfJson(text.slice(0, offset)) || text.slice(0, offset).trim() === '', text);
    }),
    { numRuns: 2_000 },
  );
});

test('any text has a place, without failing', (t) => {
  assert(property(string({ unit: 'binary', maxLength: 50 }), (text) => offsetOf(text) <= text.length));
  t.is(jsonErrorPlace('{\n  "a": 1,\n  b'), 'position 14 (line 3, column 3)');
  t.is(offsetOf(`{"a":"${'x'.repeat(1_000_000)}`), 5);
});

test('what a schema does not say is found at any depth, and depth itself costs no stack', (t) => {
  t.is(findJsonFlaw({ a: [{ b: 'x' }] }), undefined);
  t.is(findJsonFlaw({ a: [{ b: 'x\0' }] }), 'nul-character');
  t.is(findJsonFlaw({ a: [{ 'b\0': 1 }] }), 'nul-character');
  t.is(findJsonFlaw('\0'), 'nul-character');
  let deep: unknown = 1;
  for (let level = 0; level < 200_000; level += 1) deep = [deep];
  t.is(findJsonFlaw(deep), 'too-deep');
});
