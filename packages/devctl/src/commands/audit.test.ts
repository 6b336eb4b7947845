import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AuditRowView, auditLinkText, createAnchorBuilder } from '@pao/contracts';
import test, { type ExecutionContext } from 'ava';
import { sha256 } from '../audit/verify-rows.ts';
import { buildProgram } from '../program.ts';
import { graphLines } from './graph.ts';

const idOf = (last: string): string => `019381d0-7c4e-7000-8000-00000000000${last}`;
const AT = '2026-01-01T00:00:00.000Z';

/** The whole chain of a request, recorded at AT. */
const chain = (requestId: string, length: number): AuditRowView[] => {
  const rows: AuditRowView[] = [];
  for (let sequence = 1; sequence <= length; sequence += 1) {
    const facts = {
      sequence,
      at: AT,
      actor: '=evil\u001b[31m',
      change: 'task-queued',
      taskId: null,
      from: null,
      to: 'queued',
      correlationId: 'c',
      traceId: null,
      reason: null,
      generation: null,
    };
    const hash = sha256(auditLinkText(requestId, rows.at(-1)?.hash ?? '', facts));
    rows.push({ ...facts, requestId, recordedAt: AT, hash });
  }
  return rows;
};

const ROWS = [...chain(idOf('1'), 3), ...chain(idOf('2'), 2)];

const anchorOf = (rows: readonly AuditRowView[], upTo = '2026-01-02T00:00:00.000Z') => {
  const builder = createAnchorBuilder(sha256);
  const heads = new Map(rows.map((row) => [row.requestId, row]));
  for (const head of heads.values()) builder.add(head);
  return builder.anchor('default', upTo);
};

const jsonl = (rows: readonly AuditRowView[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

type Answers = Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => void>>;

const json = (answer: object) => (_: unknown, response: ServerResponse) =>
  void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));

const devctl = async (t: ExecutionContext, args: readonly string[], answers: Answers = {}) => {
  const server = createServer((request, response) => {
    const answer = answers[(request.url ?? '').split('?')[0] ?? ''];
    if (answer) answer(request, response);
    else response.writeHead(500).end(`unexpected ${request.url}`);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const out: string[] = [];
  const error: string[] = [];
  const program = buildProgram({
    out: (line) => void out.push(line),
    error: (line) => void error.push(line),
    environment: {},
    readStandardInput: async () => '',
    colour: false,
    signal: new AbortController().signal,
  });
  const code = await program.run(['--url', `http://127.0.0.1:${(server.address() as AddressInfo).port}`, ...args]);
  return { code, out: out.join('\n'), error: error.join('\n') };
};

/** A folder with files of these contents; their paths by name. */
const files = async (t: ExecutionContext, contents: Readonly<Record<string, string>>) => {
  const folder = await mkdtemp(join(tmpdir(), 'audit-'));
  t.teardown(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(contents)) await writeFile(join(folder, name), text);
  return (name: string): string => join(folder, name);
};

const altered = (index: number, change: Partial<AuditRowView>): AuditRowView[] =>
  ROWS.map((row, n) => (n === index ? { ...row, ...change } : row));

test('an export is verified without PAO, and the first bad row of each request is named', async (t) => {
  const path = await files(t, {
    whole: jsonl(ROWS),
    altered: jsonl(altered(1, { actor: 'x' })),
    gap: jsonl(ROWS.toSpliced(3, 1)),
    order: jsonl([...ROWS.slice(0, 3), ...ROWS.slice(1)]),
  });
  const whole = await devctl(t, ['audit', 'verify', '--file', path('whole')]);
  t.is(whole.code, 0);
  t.is(whole.out, '5 rows of 2 requests are intact');
  for (const [name, found] of [
    ['altered', `${idOf('1')}  hash: row 2 `],
    ['gap', `${idOf('2')}  gap: row 1 is missing`],
    ['order', `${idOf('1')}  order: row 2 stands after row 3`],
  ] as const) {
    const { code, out } = await devctl(t, ['audit', 'verify', '--file', path(name)]);
    t.is(code, 1, name);
    t.true(out.includes(found), out);
  }
});

test('an anchor finds what an export no longer has, and is not believed when it was altered', async (t) => {
  const anchor = anchorOf(ROWS);
  const path = await files(t, {
    whole: jsonl(ROWS),
    later: jsonl([...ROWS, ...chain(idOf('3'), 1).map((row) => ({ ...row, recordedAt: '2026-01-03T00:00:00.000Z' }))]),
    cut: jsonl(ROWS.slice(0, 4)),
    anchor: JSON.stringify(anchor),
    forged: JSON.stringify({ ...anchor, rows: 4 }),
    text: 'no anchor',
  });
  const verify = (file: string, kept: string) =>
    devctl(t, ['audit', 'verify', '--file', path(file), '--anchor', path(kept)]);
  t.is((await verify('whole', 'anchor')).code, 0);
  t.is((await verify('later', 'anchor')).code, 0);
  const cut = await verify('cut', 'anchor');
  t.is(cut.code, 1);
  t.true(cut.out.includes('ends in 2: 1 with 2 rows were anchored, 1 with 1 rows are there'), cut.out);
  t.is((await verify('whole', 'forged')).code, 2);
  t.is((await verify('whole', 'text')).code, 2);
});

test('what is no export is refused with its line', async (t) => {
  const path = await files(t, { csv: 'requestId,sequence\r\n', odd: `${jsonl(ROWS.slice(0, 1))}{"sequence":0}\n` });
  t.regex((await devctl(t, ['audit', 'verify', '--file', path('csv')])).error, /csv:1 is not JSON/);
  const odd = await devctl(t, ['audit', 'verify', '--file', path('odd')]);
  t.is(odd.code, 2);
  t.regex(odd.error, /odd:2 is no row of the audit/);
  t.is((await devctl(t, ['audit', 'verify', '--file', path('none')])).code, 2);
});

test('all that is stored is verified page by page, against an anchor too', async (t) => {
  const path = await files(t, { anchor: JSON.stringify(anchorOf(ROWS)) });
  const finding = { requestId: idOf('2'), sequence: 2, problem: 'hash', message: 'row 2 is odd' };
  let findings: readonly object[] = [];
  const answers: Answers = {
    '/api/v1/audit/verify': ({ url }, response) =>
      json(
        url?.includes('cursor=next')
          ? { data: { requests: 1, rows: 2, findings }, pagination: { nextCursor: null, hasMore: false } }
          : { data: { requests: 1, rows: 3, findings: [] }, pagination: { nextCursor: 'next', hasMore: true } },
      )(undefined, response),
    '/api/v1/audit/anchors': json({ data: anchorOf(ROWS) }),
  };
  const verify = ['audit', 'verify', '--anchor', path('anchor')];
  t.is((await devctl(t, verify, answers)).out, '5 rows of 2 requests are intact');
  findings = [finding];
  const bad = await devctl(t, ['--output', 'json', ...verify], answers);
  t.is(bad.code, 1);
  t.deepEqual(JSON.parse(bad.out), { intact: false, requests: 2, rows: 5, findings: [finding], changed: [] });
  const gone = { ...answers, '/api/v1/audit/anchors': json({ data: anchorOf(ROWS.slice(0, 3)) }) };
  t.true((await devctl(t, verify, gone)).out.includes('anchor: requests whose id ends in 2'));
});

test('an export goes to a new file only, and one that breaks off is an error', async (t) => {
  const path = await files(t, { there: 'evidence' });
  const csv = 'a\r\n"x\r\ny"\r\n';
  const answers: Answers = { '/api/v1/audit/export': (_, response) => void response.end(csv) };
  const written = await devctl(t, ['audit', 'export', '--format', 'csv', '--out', path('new')], answers);
  t.is(written.code, 0, written.error);
  t.is(await readFile(path('new'), 'utf8'), csv);
  t.is(`${(await devctl(t, ['audit', 'export', '--format', 'csv'], answers)).out}\n`, csv);
  t.is((await devctl(t, ['audit', 'export', '--out', path('there')], answers)).code, 2);
  t.is(await readFile(path('there'), 'utf8'), 'evidence');
  const broken: Answers = {
    '/api/v1/audit/export': (_, response) => void response.write('a\n', () => response.destroy()),
  };
  t.is((await devctl(t, ['audit', 'export'], broken)).code, 2);
});

test('the audit is listed, and control characters of others never reach the terminal', async (t) => {
  const pagination = { nextCursor: 'abc', hasMore: true };
  const { out } = await devctl(t, ['audit', 'list'], { '/api/v1/audit': json({ data: ROWS, pagination }) });
  t.regex(out, /^AT +REQUEST +# +CHANGE/);
  t.false(out.includes('\u001b'));
  t.true(out.includes('--cursor abc'));
});

test('the tasks of a request are a tree, each there once', (t) => {
  const nodes = [1, 2, 3, 4].map((position) => ({
    id: idOf(String(position)),
    position,
    name: `task ${position}`,
    component: position === 2 ? 'cache' : null,
    status: 'pending' as const,
    generation: position === 3 ? 2 : 1,
  }));
  const edge = (from: number, to: number) => ({ from: idOf(String(from)), to: idOf(String(to)) });
  const graph = { requestId: idOf('0'), nodes, edges: [edge(1, 2), edge(1, 3), edge(2, 4), edge(3, 4)], mermaid: '' };
  t.deepEqual(
    graphLines(graph, (status) => status),
    [
      '└─ 1. task 1 (pending)',
      '   ├─ 2. cache: task 2 (pending)',
      '   └─ 3. task 3 (pending, attempt 2)',
      '      └─ 4. task 4 (pending, also after 2)',
    ],
  );
});
