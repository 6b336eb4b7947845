import { basename, extname, resolve } from 'node:path';
import { type Json, ok, type Result } from '@pao/kernel';
import type { Command } from 'commander';
import type { CommandContext } from '../context.ts';
import { UsageError } from '../failures.ts';
import { convertBackstage } from '../import/backstage/template.ts';
import type { Conversion } from '../import/draft.ts';
import { fetchMetadata, siteUrl } from '../import/jira/fetch.ts';
import { convertJira, type JiraChoice } from '../import/jira/metadata.ts';
import { convertJsonSchema } from '../import/json-schema.ts';
import { readJson, readYamlOrJson } from '../import/read.ts';
import type { ImportError } from '../import/settle.ts';
import { readModule, readSource } from '../import/sources.ts';
import { convertTerraform } from '../import/terraform/module.ts';
import { type ImportOptions, writeImported } from './import-output.ts';

const must = <T>(result: Result<T, ImportError>, source: string): T => {
  if (!result.ok) throw new UsageError(`${source}: ${result.error.message}`);
  return result.value;
};

interface BackstageFlags extends ImportOptions {
  readonly backstageUrl?: string;
}

const backstage = async (context: CommandContext, path: string, options: BackstageFlags): Promise<void> => {
  const { backstageUrl } = options;
  if (backstageUrl !== undefined && !/^https?:\/\/[^\s{}]+$/.test(backstageUrl)) {
    throw new UsageError('--backstage-url is an http or https URL');
  }
  const text = await readSource(path, context.terminal);
  const conversions = must(convertBackstage(text, backstageUrl === undefined ? {} : { backstageUrl }), path);
  return writeImported(context, path, conversions, options);
};

interface JiraFlags extends ImportOptions {
  readonly site?: string;
  readonly issueType?: string;
}

const jira = async (context: CommandContext, path: string | undefined, options: JiraFlags): Promise<void> => {
  const { site, issueType, project } = options;
  if ((path === undefined) === (site === undefined))
    throw new UsageError('give either a saved answer of Jira, or --site');
  const choice: JiraChoice = {
    ...(project === undefined ? {} : { project }),
    ...(issueType === undefined ? {} : { issueType }),
  };
  if (path !== undefined) {
    const answer = must(readJson(await readSource(path, context.terminal)), path);
    return writeImported(context, path, [must(convertJira(answer, choice), path)], options);
  }
  const live = await ask(context, site ?? '', choice);
  return writeImported(context, site ?? '', [live], options);
};

const ask = async (
  { terminal }: CommandContext,
  site: string,
  { project, issueType }: JiraChoice,
): Promise<Conversion> => {
  const { JIRA_EMAIL: email = '', JIRA_TOKEN: token = '' } = terminal.environment;
  must(siteUrl(site), '--site');
  if (project === undefined || issueType === undefined) throw new UsageError('--site needs --project and --issue-type');
  if (email === '' || token === '') throw new UsageError('--site needs JIRA_EMAIL and JIRA_TOKEN in the environment');
  const live = must(
    await fetchMetadata({ url: site, email, token, project, issueType, signal: terminal.signal }),
    site,
  );
  return must(convertJira(live.answer, { project: live.project, issueType: live.issueType }), site);
};

interface TerraformFlags extends ImportOptions {
  readonly source: string;
  readonly version?: string;
}

/** The name of the file or folder, without what all of them have. */
const nameOf = (path: string): string => {
  const name = basename(resolve(path), extname(path)).replace(/\.(schema|tf)$/i, '');
  return /^(variables|main|index|schema)$/i.test(name) ? basename(resolve(path, '..')) : name;
};

const terraform = async (context: CommandContext, path: string, options: TerraformFlags): Promise<void> => {
  const { source, version } = options;
  if (source.includes('{{') || source.trim() === '')
    throw new UsageError('--source is the source of a Terraform module');
  const files = await readModule(path, context.terminal);
  const module = { source, name: nameOf(path), ...(version === undefined ? {} : { version }) };
  return writeImported(context, path, [must(await convertTerraform(files, module), path)], options);
};

const jsonSchema = async (context: CommandContext, path: string, options: ImportOptions): Promise<void> => {
  const text = await readSource(path, context.terminal);
  const read: Result<Json, ImportError> = extname(path) === '.json' ? readJson(text) : readYamlOrJson(text);
  const name = path === '-' ? 'schema' : nameOf(path);
  const converted = read.ok ? convertJsonSchema(read.value, name) : read;
  return writeImported(context, path, [must(converted.ok ? ok(converted.value) : converted, path)], options);
};

const withTarget = (command: Command): Command =>
  command
    .option('--category <name>', 'folder of the catalog', 'imported')
    .option('--id <id>', 'of the item; made from the category and the name in the source when absent')
    .option('--team <name>', 'the owner, where the source names none or another')
    .option('--project <key>', 'Jira project of the manual fallback')
    .option('--out <folder>', 'root of the catalog repository', '.')
    .option('--force', 'write over a document that is there')
    .option('--dry-run', 'print the document, and write nothing');

export const addImportCommand = (catalog: Command, context: () => CommandContext): void => {
  const group = catalog
    .command('import')
    .description('make catalog items of what exists elsewhere; exit code 1 when something was left out');
  withTarget(
    group.command('backstage').description('templates of the Backstage scaffolder, v1beta3').argument('<file>'),
  )
    .option('--backstage-url <url>', 'where Backstage answers, for steps that call it')
    .action((file: string, options: BackstageFlags) => backstage(context(), file, options));
  withTarget(
    group.command('jira').description('an issue type, from its create-metadata').argument('[file]', 'a saved answer'),
  )
    .option('--site <url>', 'ask Jira itself, as JIRA_EMAIL with JIRA_TOKEN of the environment')
    .option('--issue-type <name>', 'which one, where the answer holds several or does not say')
    .action((file: string | undefined, options: JiraFlags) => jira(context(), file, options));
  withTarget(
    group.command('terraform').description('a Terraform module').argument('<path>', 'its folder or variables.tf'),
  )
    .requiredOption('--source <source>', 'of the module, as the action is to fetch it')
    .option('--version <version>', 'of the module')
    .action((path: string, options: TerraformFlags) => terraform(context(), path, options));
  withTarget(group.command('json-schema').description('a JSON Schema of an object').argument('<file>')).action(
    (file: string, options: ImportOptions) => jsonSchema(context(), file, options),
  );
};
