import test from 'ava';
import { type Finding, listFindings } from './finding.ts';

const finding = (path: string, line: number, severity: Finding['severity'] = 'error'): Finding => ({
  path,
  line,
  column: 1,
  severity,
  code: 'X',
  message: 'm',
});

test('errors stand before warnings, each by file and line', (t) => {
  const listed = listFindings([finding('b', 2), finding('a', 9, 'warning'), finding('b', 1), finding('a', 10)]);
  t.deepEqual(
    listed.map(({ path, line }) => `${path}:${line}`),
    ['a:10', 'b:1', 'b:2', 'a:9'],
  );
});

test('more findings than anybody reads are counted instead of listed', (t) => {
  const listed = listFindings(Array.from({ length: 1_500 }, (_, index) => finding('a', index + 1)));
  t.is(listed.length, 1_001);
  t.like(listed.at(-1), { code: 'MORE_FINDINGS', message: '500 more findings are not listed' });
});
