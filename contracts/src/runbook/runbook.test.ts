import { readdir, readFile } from 'node:fs/promises';
import test from 'ava';
import { errorCodes } from '../api/errors.ts';
import { docUrlOf, runbook, runbookPageOf } from './runbook.ts';
import { errorsPage, safeSteps } from './text.ts';

const ROOT = new URL('../../../', import.meta.url);

/** Where failures and problems are made. The catalog's findings and devctl's have a reference of their own. */
const SOURCES = [
  'packages/http',
  'packages/jira',
  'packages/outgoing',
  'packages/executor-sdk',
  'services/executor',
  'services/escalation',
];
const OTHERS = ['services/gateway', 'services/request', 'packages/executor-sdk'];

const PATTERNS = [
  // A member or a call that makes one; lower case is Node's and zod's.
  /\bcode: '([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)'/g,
  /\b(?:notSent|failureOf|problem|refusal|failure)\(\s*'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)'/g,
];

const codesIn = (text: string): readonly string[] =>
  PATTERNS.flatMap((pattern) => [...text.matchAll(pattern)].map(([, code]) => code ?? ''));

const sourcesOf = async (folder: string): Promise<readonly string[]> => {
  const source = new URL(`${folder}/src/`, ROOT);
  const names = await readdir(source, { recursive: true }).catch(() => []);
  const wanted = names.filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  return Promise.all(wanted.map((name) => readFile(new URL(name, source), 'utf8')));
};

const usedCodes = async (): Promise<ReadonlySet<string>> => {
  const texts = (await Promise.all([...SOURCES, ...OTHERS].map(sourcesOf))).flat();
  return new Set(texts.flatMap(codesIn));
};

test('every code that the sources make has a page, and every page a code that they make', async (t) => {
  const used = await usedCodes();
  t.true(used.size > 40, 'the sources are looked through');
  t.deepEqual(
    [...used].filter((code) => runbookPageOf(code) === undefined),
    [],
    'codes without a page in contracts/src/runbook',
  );
  const known = new Set([...used, ...Object.keys(errorCodes)]);
  const unused = Object.keys(runbook).filter((code) => !known.has(code) && !code.startsWith('HTTP_'));
  t.deepEqual(unused, [], 'pages of codes that nobody makes');
});

test('the API can answer no code without a page, and the page says that it is of the API', (t) => {
  for (const code of Object.keys(errorCodes)) t.is(runbookPageOf(code)?.area, 'api', code);
});

test('every status that a target can answer has a page: its own, or that of its class', (t) => {
  for (let status = 100; status < 600; status++) t.truthy(runbookPageOf(`HTTP_${status}`), String(status));
  t.is(runbookPageOf('HTTP_409')?.code, 'HTTP_409');
  t.is(runbookPageOf('HTTP_503')?.code, 'HTTP_5XX');
  t.is(docUrlOf('HTTP_503'), '/api/v1/runbook/HTTP_503');
});

test('a code that is not PAO’s own has no page and no link', (t) => {
  for (const code of ['', 'QUOTA_OF_TEAM', 'HTTP_600', 'HTTP_50', '__proto__', 'constructor', '../x', 'HTTP_503\n']) {
    t.is(runbookPageOf(code), undefined, code);
    t.is(docUrlOf(code), undefined, code);
  }
});

test('what may have happened is never run again without a look', (t) => {
  for (const [code, page] of Object.entries(runbook)) {
    t.true(page.check.length > 0 && safeSteps(page).length > 0, code);
    if (page.mayHaveHappened.startsWith('The effect itself'))
      t.regex(page.safe.retry ?? '', /acknowledge-unknown/, code);
  }
});

test('the reference is current (npm run generate -w @pao/contracts)', async (t) => {
  t.is(await readFile(new URL('docs/reference/errors.md', ROOT), 'utf8'), errorsPage());
});
