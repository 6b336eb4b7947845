import { type Finding, parseDocument, VALIDATION_CODES } from '@pao/documents';
import test from 'ava';
import { githubReport, humanReport, isRefused, jsonReport, type Report, sarifReport } from '../index.ts';

const TEXT = `schemaVersion: catalog/v1
kind: CatalogItem
metadata:
  id: database-redis-small
  name: Redis cache
  description: A small managed Redis cache for one application, reachable from its namespace.
  version: 1.0.0
  category: databases
  owner: { team: platform-databases }
input:
  form:
    name: Cache name
    validation: { pattern: "^[a-z]+$" }
    groups:
      - id: basic
        name: Basics
        fields: [{ id: size, name: Size, type: numbr }]
fulfillment:
  strategy: { mode: manual }
  manual:
    actions: [{ type: jira-ticket, config: { ticket: { project: DBA, summaryTemplate: "Create {{.current.name}}" } } }]
`;
const PATH = 'catalog/databases/redis.yaml';

const reportOf = (text: string): Report => ({
  documents: 1,
  findings: parseDocument(text, { path: PATH }).findings,
  textOf: (path) => (path === PATH ? text : undefined),
});

const finding = (over: Partial<Finding> = {}): Finding => ({
  code: 'FIELD_TYPE_UNKNOWN',
  severity: 'error',
  message: 'broken',
  path: PATH,
  line: 3,
  column: 5,
  ...over,
});

const only = (found: Finding, text?: string): Report => ({
  documents: 1,
  findings: [found],
  ...(text === undefined ? {} : { textOf: () => text }),
});

test('for people, a finding stands under its file with hint, line and caret, and the sum comes last', (t) => {
  const lines = humanReport(reportOf(TEXT)).split('\n');
  t.is(lines[0], PATH);
  t.regex(lines[1] ?? '', /^ {2}catalog\/databases\/redis\.yaml:17:\d+: error FIELD_TYPE_UNKNOWN /);
  t.regex(lines[2] ?? '', /hint: .*number/);
  const source = lines[3] ?? '';
  t.is(source, '    17 |         fields: [{ id: size, name: Size, type: numbr }]');
  t.is((lines[4] ?? '').indexOf('^'), source.indexOf('numbr'));
  t.is((lines[4] ?? '').trimEnd().length, source.indexOf('numbr') + 'numbr'.length);
  t.is(lines.at(-1), '1 document, 1 error, 0 warnings');
});

test('a long line is cut round its caret, and a tab keeps the caret in place', (t) => {
  const long = `${'x'.repeat(500)}HERE${'y'.repeat(500)}`;
  const [, , source = '', carets = ''] = humanReport(
    only(finding({ line: 1, column: 501, endColumn: 505 }), long),
  ).split('\n');
  t.true(source.length < 140);
  t.is(source.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1), 'HERE');
  const tabbed = humanReport(only(finding({ line: 1, column: 4 }), 'a:\tb')).split('\n');
  t.is(tabbed[3], '      |   \t^');
});

test('control and reordering characters of documents reach neither terminal nor log', (t) => {
  const evil = finding({
    message: 'a\u001b[31m\u202eb\r\n::error::forged',
    hint: '\u009b2J',
    path: 'x\u001b.yaml',
    line: 1,
    column: 1,
  });
  for (const text of [
    humanReport(only(evil, '\u001b[2Jname')),
    githubReport(only(evil)),
    JSON.stringify(sarifReport(only(evil))),
  ]) {
    t.notRegex(text, /[\u001b\u009b\u202e]/);
    t.notRegex(text, /^::error::forged/m);
  }
});

test('colours are only there when asked for', (t) => {
  const report = reportOf(TEXT);
  t.false(humanReport(report).includes('\u001b'));
  const coloured = humanReport(report, { colour: true });
  t.true(coloured.includes('\u001b[31m'));
  t.is(coloured.replaceAll(/\u001b\[\d+m/g, ''), humanReport(report));
});

test('warnings refuse only when strict', (t) => {
  const warning = only(finding({ severity: 'warning' }));
  t.false(isRefused(warning));
  t.true(isRefused(warning, { strict: true }));
  t.true(isRefused(only(finding())));
  t.deepEqual(jsonReport(warning, { strict: true }), {
    valid: false,
    summary: { documents: 1, errors: 0, warnings: 1 },
    findings: warning.findings,
  });
});

test('GitHub annotations escape what the syntax means itself', (t) => {
  const [line] = githubReport(
    only(finding({ path: 'a,b:c%.yaml', message: '100% a:b, c\nnext', hint: 'do it', endColumn: 9 })),
  ).split('\n');
  t.is(
    line,
    '::error file=a%2Cb%3Ac%25.yaml,line=3,col=5,endLine=3,endColumn=9,title=FIELD_TYPE_UNKNOWN::100%25 a:b, c%0Anext%0AHint: do it',
  );
});

test('SARIF has the members that code scanning requires', (t) => {
  const [run] = sarifReport(reportOf(TEXT)).runs;
  const rules = run?.tool.driver.rules ?? [];
  const ids = new Set(rules.map(({ id }) => id));
  t.deepEqual(
    Object.keys(VALIDATION_CODES).filter((code) => !ids.has(code)),
    [],
  );
  for (const rule of rules) {
    t.true((rule.shortDescription?.text ?? '') !== '' && (rule.fullDescription?.text ?? '').length <= 1024, rule.id);
    t.true((rule.help?.text ?? '') !== '' && (rule.help?.markdown ?? '') !== '' && rule.id.length <= 255);
    t.true(['error', 'warning'].includes(rule.defaultConfiguration?.level ?? ''));
  }
  const [result] = run?.results ?? [];
  t.is(rules[result?.ruleIndex ?? -1]?.id, 'FIELD_TYPE_UNKNOWN');
  t.like(result, { ruleId: 'FIELD_TYPE_UNKNOWN', level: 'error' });
  t.like(result?.locations?.[0]?.physicalLocation, {
    artifactLocation: { uri: PATH, uriBaseId: '%SRCROOT%' },
    region: { startLine: 17, endLine: 17 },
  });
  t.regex(result?.partialFingerprints?.['primaryLocationLineHash'] ?? '', /^[0-9a-f]{16}:1$/);
});

test('a code that nobody described still has its rule, and paths become URIs', (t) => {
  const [run] = sarifReport(
    only(finding({ code: 'OTHER_TEAMS', path: 'a b/ü#?.yaml', message: 'see [x](http://e)' })),
  ).runs;
  const [result] = run?.results ?? [];
  t.is(run?.tool.driver.rules?.[result?.ruleIndex ?? -1]?.id, 'OTHER_TEAMS');
  t.is(result?.locations?.[0]?.physicalLocation?.artifactLocation?.uri, 'a%20b/%C3%BC%23%3F.yaml');
  t.false(result?.message.text?.includes(']('));
  const elsewhere = sarifReport(only(finding({ path: '/tmp/a b.yaml' }))).runs[0]?.results?.[0];
  t.deepEqual(elsewhere?.locations?.[0]?.physicalLocation?.artifactLocation, { uri: 'file:///tmp/a%20b.yaml' });
});

const prints = (text: string): readonly unknown[] =>
  (sarifReport(reportOf(text)).runs[0]?.results ?? []).map(({ partialFingerprints }) => partialFingerprints);

test('fingerprints stay when lines move, and findings alike have their own', (t) => {
  t.deepEqual(prints(`# a comment\n\n${TEXT}`), prints(TEXT));
  t.notDeepEqual(prints(TEXT.replace('id: basic', 'id: Basic')), prints(TEXT));
  const twice = sarifReport({ documents: 1, findings: [finding(), finding({ line: 9 })] }).runs[0]?.results ?? [];
  t.is(new Set(twice.map((result) => result.partialFingerprints?.['primaryLocationLineHash'])).size, 2);
});
