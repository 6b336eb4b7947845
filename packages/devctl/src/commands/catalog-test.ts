import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type GoldenReport, runFixture, runGoldenFile, updateGoldenFile } from '@pao/catalog-tools';
import { type CatalogDocument, type DocumentResult, formatFinding, hasErrors } from '@pao/documents';
import type { Command } from 'commander';
import { findCatalogRoot } from '../catalog-files/catalog-root.ts';
import { judgeCatalog } from '../catalog-files/judge.ts';
import { isInside } from '../catalog-files/list.ts';
import { readCatalogFolder } from '../catalog-files/read-folder.ts';
import { type CatalogTests, readCatalogTests } from '../catalog-files/tests.ts';
import { type CommandContext, printJson } from '../context.ts';
import { DocumentsRefused, UsageError } from '../failures.ts';
import { printable } from '../output.ts';

interface TestOptions {
  readonly update?: boolean;
}

interface CaseResult {
  readonly file: string;
  readonly name: string;
  readonly status: 'passed' | 'failed' | 'updated';
  readonly problems: readonly string[];
}

const MAX_SHOWN = 200;

const shown = (value: unknown): string => {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return printable(text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text);
};

const casesOf = ({ path, broken, results }: GoldenReport, updated: boolean): readonly CaseResult[] => {
  if (broken !== undefined) return [{ file: path, name: 'the file', status: 'failed', problems: [broken] }];
  return results.map(({ name, passed, unrecorded, differences }) => ({
    file: path,
    name,
    status: passed ? 'passed' : updated ? 'updated' : 'failed',
    problems: passed
      ? []
      : unrecorded
        ? ['nothing is recorded to compare with; --update records it']
        : differences.map(
            ({ path: at, expected, actual }) => `${at}: expected ${shown(expected)}, got ${shown(actual)}`,
          ),
  }));
};

const runGolden = async (
  tests: CatalogTests,
  documents: ReadonlyMap<string, CatalogDocument>,
  update: boolean,
): Promise<readonly CaseResult[]> => {
  const cases: CaseResult[] = [];
  for (const input of tests.golden) {
    const report = runGoldenFile(input, documents);
    const text = update ? updateGoldenFile(input, report) : undefined;
    const location = tests.locationOf(input.path);
    if (text !== undefined && location !== undefined) await writeFile(location, text);
    cases.push(...casesOf(report, text !== undefined));
  }
  return cases;
};

const runFixtures = ({ fixtures }: CatalogTests, results: readonly DocumentResult[]): readonly CaseResult[] =>
  fixtures.map((fixture) => {
    const { path, passed, problems } = runFixture(fixture, results);
    const name = fixture.expected === undefined ? 'is valid' : 'is refused as expected';
    return { file: path, name, status: passed ? 'passed' : 'failed', problems };
  });

const print = (context: CommandContext, cases: readonly CaseResult[], tookMs: number): void => {
  const count = (status: CaseResult['status']): number => cases.filter((one) => one.status === status).length;
  const [passed, failed, updated] = [count('passed'), count('failed'), count('updated')];
  if (context.format === 'json') return printJson(context, { passed, failed, updated, cases });
  const { terminal } = context;
  for (const { file, name, status, problems } of cases) {
    if (status === 'passed') continue;
    terminal.out(`${status}: ${printable(file)} › ${printable(name)}`);
    if (status === 'failed') for (const problem of problems) terminal.out(`    ${printable(problem)}`);
  }
  const also = updated > 0 ? `, ${updated} updated` : '';
  return terminal.out(`${passed} passed, ${failed} failed${also} (${(tookMs / 1000).toFixed(1)} s)`);
};

/** The parts of `tests/` that were named; all of them when the catalog itself was. */
const selectionOf = (root: string, paths: readonly string[]): ((path: string) => boolean) => {
  const named = paths.map((path) => resolve(path)).filter((location) => location !== root);
  return (path) => named.length === 0 || named.some((location) => isInside(location, resolve(root, path)));
};

const testCatalog = async (context: CommandContext, paths: readonly string[], options: TestOptions): Promise<void> => {
  const started = performance.now();
  const root = await findCatalogRoot(paths[0] ?? '.');
  if (root === undefined) throw new UsageError(`${paths[0] ?? 'this folder'} belongs to no catalog repository`);
  const folder = await readCatalogFolder(root);
  const { results, findings } = judgeCatalog(folder);
  const tests = await readCatalogTests(folder.root, selectionOf(root, paths));
  if (tests.golden.length + tests.fixtures.length + tests.refused.length === 0) {
    throw new UsageError(`no tests found: they are ${root}/tests/*.test.yaml, tests/valid and tests/invalid`);
  }
  for (const finding of tests.refused) context.terminal.error(formatFinding(finding));
  const broken = findings.filter(({ severity }) => severity === 'error');
  if (broken.length > 0) {
    context.terminal.error(
      `${broken.length} errors in the catalog's documents: devctl validate lists them. Tests of broken documents fail.`,
    );
  }
  const documents = new Map(
    results.flatMap(({ document }) => (document === undefined ? [] : [[document.metadata.id, document] as const])),
  );
  const golden = await runGolden(tests, documents, options.update ?? false);
  const cases = [...golden, ...runFixtures(tests, results)];
  print(context, cases, performance.now() - started);
  if (cases.some(({ status }) => status === 'failed') || hasErrors(tests.refused)) {
    throw new DocumentsRefused('tests failed');
  }
};

const HELP = `
A test file names a document and gives inputs; \`expect\` holds what becomes of them, and --update writes it:

  document: database-postgresql-standard
  tests:
    - name: a small database
      input: { name: orders-db, basic: { environment: dev } }
      results: { create-database: { status: 201, body: { id: db-1 } } }

Documents in tests/valid must be without findings; those in tests/invalid must have exactly the
findings that <case>.expected.yaml lists as { code, line }.

Exit codes: 0 all passed, 1 some failed, 2 could not run.

Examples:
  devctl catalog test                                 all tests of the catalog in this folder
  devctl catalog test tests/web.test.yaml --update    record what the documents make of the inputs now`;

export const addTestCommand = (catalog: Command, context: () => CommandContext): void => {
  catalog
    .command('test')
    .description('run the golden tests and fixtures of a catalog repository, without a running PAO')
    .argument('[paths...]', 'the catalog repository, or test files and folders in it; this folder by default')
    .option('--update', 'record what the documents make of the inputs now')
    .addHelpText('after', HELP)
    .action((paths: readonly string[], options: TestOptions) => testCatalog(context(), paths, options));
};
