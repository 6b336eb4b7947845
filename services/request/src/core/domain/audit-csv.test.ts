import test from 'ava';
import { AUDIT_CSV_HEAD, auditCsvLine } from './audit-csv.ts';

const row = {
  requestId: 'r',
  sequence: 1,
  at: 't',
  recordedAt: 't',
  actor: 'dev@example.test',
  change: 'c',
  taskId: null,
  from: null,
  to: 'x',
  correlationId: 'i',
  traceId: null,
  hash: 'h',
  reason: null,
  generation: 2,
};

const actorCell = (actor: string): string =>
  auditCsvLine({ ...row, actor }).slice('r,1,t,t,'.length, -',c,,,x,i,,h,,2\r\n'.length);

test('a line has a cell for each column of the head, empty where there is nothing', (t) => {
  t.is(auditCsvLine(row), 'r,1,t,t,dev@example.test,c,,,x,i,,h,,2\r\n');
  t.is(AUDIT_CSV_HEAD.split(',').length, auditCsvLine(row).split(',').length);
});

test('separators, quotes and line breaks stay within their cell', (t) => {
  t.is(actorCell('a,b'), '"a,b"');
  t.is(actorCell('say "hi"'), '"say ""hi"""');
  t.is(actorCell('one\r\ntwo'), '"one\r\ntwo"');
});

test('what a spreadsheet would take for a formula is text', (t) => {
  for (const first of ['=', '+', '-', '@', '\t']) t.is(actorCell(`${first}1`), `'${first}1`);
  t.is(actorCell('\r1'), '"\'\r1"');
  t.is(actorCell('=HYPERLINK("http://x","y")'), '"\'=HYPERLINK(""http://x"",""y"")"');
  t.is(actorCell('a=1'), 'a=1');
});
