import { readFile } from 'node:fs/promises';
import { environmentTable } from '@pao/runtime';
import test from 'ava';
import { settingsSchema } from '../src/config.ts';

/** A table without the padding that the formatter gives it. */
const cells = (table: string): readonly (readonly string[])[] =>
  table
    .trim()
    .split('\n')
    .map((row) => row.split(/(?<!\\)\|/).map((cell) => cell.trim().replace(/^-+$/, '---')));

test('the README lists the variables as they are', async (t) => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const [written = '', listed = ''] = readme.split(/<!-- \/?environment.*-->/);
  t.deepEqual(cells(listed), cells(environmentTable(settingsSchema)));
  t.true(written.split('\n').length <= 70);
});
