import { realpath, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import {
  githubReport,
  humanReport,
  isRefused,
  jsonReport,
  type Report,
  sarifReport,
  summaryText,
} from '@pao/catalog-tools';
import type { Finding } from '@pao/documents';
import { type Command, Option } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { concernedBy } from '../catalog-files/concerned.ts';
import { type Changes, changesSince } from '../catalog-files/git.ts';
import { judgeCatalog } from '../catalog-files/judge.ts';
import { isDocumentName, isInside } from '../catalog-files/list.ts';
import { readPools } from '../catalog-files/pools.ts';
import { readTargets, type Target } from '../catalog-files/targets.ts';
import { unraisedVersions } from '../catalog-files/versions.ts';
import { DocumentsRefused, UsageError } from '../failures.ts';
import { REPORT_FORMATS, type ReportFormat } from '../output.ts';
import type { Terminal } from '../terminal.ts';

interface ValidateOptions {
  readonly changed?: string;
  readonly strict?: boolean;
  readonly format?: ReportFormat;
  readonly outputFile?: string;
  readonly executors?: string;
}

interface Verdict {
  readonly documents: number;
  /** Paths are those to show. */
  readonly findings: readonly Finding[];
  readonly texts: ReadonlyMap<string, string>;
}

type Rules = NonNullable<Parameters<typeof judgeCatalog>[1]>;

const judgeTarget = (target: Target, rules: Rules, shownFrom: string, changes?: Changes): Verdict => {
  const { results, findings } = judgeCatalog(target, rules);
  const concerned = changes === undefined ? undefined : concernedBy(results, changes);
  const versions = changes === undefined ? [] : unraisedVersions(results, changes);
  const isMeant = (path: string): boolean =>
    target.isSelected(path) && (concerned === undefined || concerned.has(path) || changes?.present.has(path) === true);
  const shown = (path: string): string => shownPath(target.root, path, shownFrom);
  const files = target.files.filter(({ path }) => isMeant(path));
  const unread = target.refused.filter(({ path }) => isMeant(path) && isDocumentName(path));
  return {
    documents: files.length + unread.length,
    findings: [...findings, ...versions]
      .filter(({ path }) => isMeant(path))
      .map((one) => ({ ...one, path: shown(one.path) })),
    texts: new Map(files.map(({ path, text }) => [shown(path), text])),
  };
};

/** As it is written from a folder; in full when it lies elsewhere. */
const shownPath = (root: string, path: string, from: string): string => {
  const location = join(root, path);
  return isInside(from, location) ? relative(from, location).replaceAll('\\', '/') : location;
};

/** Annotations and code scanning name files from the root of the checkout, wherever in it the command runs. */
const shownFromOf = async (terminal: Terminal, format: ReportFormat): Promise<string> => {
  const here = await realpath('.');
  const workspace = terminal.environment['GITHUB_WORKSPACE'];
  if (workspace === undefined || (format !== 'github' && format !== 'sarif')) return here;
  const root = await realpath(workspace).catch(() => here);
  return isInside(root, here) ? root : here;
};

const render = (report: Report, format: ReportFormat, options: ValidateOptions, colour: boolean): string => {
  switch (format) {
    case 'human':
      return humanReport(report, { colour });
    case 'json':
      return JSON.stringify(jsonReport(report, { strict: options.strict ?? false }), null, 2);
    case 'sarif':
      return JSON.stringify(sarifReport(report, { toolVersion: manifest.version }), null, 2);
    case 'github':
      return githubReport(report);
    default:
      return format satisfies never;
  }
};

const validate = async (
  terminal: Terminal,
  paths: readonly string[],
  format: ReportFormat,
  options: ValidateOptions,
): Promise<void> => {
  const shownFrom = await shownFromOf(terminal, format);
  const executors = options.executors === undefined ? {} : { executors: await readPools(terminal, options.executors) };
  const rules: Rules = { strict: options.strict ?? false, ...executors };
  const verdicts: Verdict[] = [];
  for (const target of await readTargets(paths.length === 0 ? ['.'] : paths)) {
    const changes = options.changed === undefined ? undefined : await changesSince(target.root, options.changed);
    verdicts.push(judgeTarget(target, rules, shownFrom, changes));
  }
  const texts = new Map(verdicts.flatMap((verdict) => [...verdict.texts]));
  const report: Report = {
    documents: verdicts.reduce((sum, { documents }) => sum + documents, 0),
    findings: verdicts.flatMap(({ findings }) => findings),
    textOf: (path) => texts.get(path),
  };
  if (report.documents === 0 && report.findings.length === 0 && options.changed === undefined) {
    throw new UsageError(`no documents found in ${paths.length === 0 ? 'this folder' : paths.join(', ')}`);
  }
  await print(terminal, report, format, options);
  if (isRefused(report, { strict: options.strict ?? false })) throw new DocumentsRefused(summaryText(report));
};

const print = async (
  terminal: Terminal,
  report: Report,
  format: ReportFormat,
  options: ValidateOptions,
): Promise<void> => {
  const { outputFile } = options;
  if (outputFile === undefined) return terminal.out(render(report, format, options, terminal.colour));
  await writeFile(outputFile, `${render(report, format, options, false)}\n`).catch((cause: unknown) => {
    throw new UsageError(`cannot write ${outputFile}`, { cause });
  });
  return terminal.out(summaryText(report));
};

const HELP = `
Exit codes: 0 valid, 1 findings, 2 could not run.

Examples:
  devctl validate                                     the catalog repository in this folder
  devctl validate catalog/databases bundles/web.yaml  a folder and a file, judged among all documents
  devctl validate --changed origin/main               what this branch changed, the bundles that use it, and whether
                                                      versions were raised as far as the changes need
  devctl validate --format github                     annotations in GitHub Actions (also: --output github)
  devctl validate --format sarif --output-file catalog.sarif`;

export const addValidateCommand = (program: Command, terminal: Terminal): void => {
  program
    .command('validate')
    .description('check catalog documents, without a running PAO')
    .argument('[paths...]', 'files and folders; this folder by default')
    .option('--changed <base>', 'only what changed since this branch left the commit, branch or tag, and what uses it')
    .option('--strict', 'warnings fail as well, and action types must be known')
    .option(
      '--executors <place>',
      'what other teams’ executors serve: an address of PAO, or a file of devctl executors --output json',
    )
    .addOption(new Option('--format <format>', 'how to report (default: human)').choices(REPORT_FORMATS))
    .option('--output-file <file>', 'write the report there, and print only its summary')
    .addHelpText('after', HELP)
    .action((paths: readonly string[], options: ValidateOptions) => {
      const { output } = program.opts<{ output: ReportFormat | 'table' }>();
      return validate(terminal, paths, options.format ?? (output === 'table' ? 'human' : output), options);
    });
};
