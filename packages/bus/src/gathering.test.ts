import test from 'ava';
import { Gathering } from './gathering.ts';

test('what comes singly waits for nobody, and a calm round ends the waiting', (t) => {
  const gathering = new Gathering();
  t.deepEqual(
    [false, true, false, false].map((busy) => gathering.after(busy)),
    [0, 4, 0, 0],
  );
});

test('busy rounds wait longer and longer, up to a limit that no person notices', (t) => {
  const gathering = new Gathering();
  t.deepEqual(
    [true, true, true, true, true].map((busy) => gathering.after(busy)),
    [4, 8, 16, 20, 20],
  );
});
