import { type DataOf, operations } from '@pao/contracts';
import type { Command } from 'commander';
import { type CommandContext, must, printJson } from '../context.ts';
import { DocumentsRefused } from '../failures.ts';
import { ago, printable, renderTable } from '../output.ts';

const categories = async (context: CommandContext): Promise<void> => {
  const { data } = await must(context, operations.listCatalogCategories);
  if (context.format === 'json') return printJson(context, data);
  const rows = data.map(({ id, documents, owners }) => [id, String(documents), owners.join(', ') || '-']);
  return context.terminal.out(renderTable(['CATEGORY', 'DOCUMENTS', 'OWNERS'], rows));
};

const versions = async (context: CommandContext, id: string): Promise<void> => {
  const { data } = await must(context, operations.listCatalogVersions, { params: { id } });
  if (context.format === 'json') return printJson(context, data);
  const now = new Date();
  const rows = data.map(({ revision, version, state, commit, publishedAt }) => [
    String(revision),
    version,
    state,
    commit.slice(0, 12),
    ago(publishedAt, now),
  ]);
  return context.terminal.out(renderTable(['REVISION', 'VERSION', 'STATE', 'COMMIT', 'PUBLISHED'], rows));
};

interface DiffOptions {
  readonly from?: string;
  readonly to?: string;
}

const short = (value: unknown): string => {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
};

const diff = async (context: CommandContext, id: string, { from, to }: DiffOptions): Promise<void> => {
  const query = { ...(from !== undefined && { from: Number(from) }), ...(to !== undefined && { to: Number(to) }) };
  const { data } = await must(context, operations.diffCatalogVersions, { params: { id }, query });
  if (context.format === 'json') return printJson(context, data);
  const { terminal } = context;
  const named = ({ version, revision }: typeof data.from): string => `${version} (revision ${revision})`;
  terminal.out(`${id}: ${named(data.from)} → ${named(data.to)}`);
  for (const { path, kind, before, after } of data.changes) {
    const values = { added: short(after), removed: short(before), changed: `${short(before)} → ${short(after)}` }[kind];
    terminal.out(`  ${kind.padEnd(8)} ${printable(path)}: ${printable(values)}`);
  }
  for (const { field, breaking, message } of data.form) {
    terminal.out(`  form     ${printable(field)} ${printable(message)}${breaking ? '  (breaking)' : ''}`);
  }
  if (data.changes.length === 0 && data.form.length === 0) terminal.out('  nothing differs');
  if (!data.versionRight) terminal.out(`These changes need a ${data.needs} version.`);
  return undefined;
};

type Sync = DataOf<typeof operations.getCatalogSync>;

const printSync = (context: CommandContext, sync: Sync): void => {
  if (context.format === 'json') return printJson(context, sync);
  const { terminal } = context;
  const branch = sync.branch === null ? '' : `, branch ${sync.branch}`;
  terminal.out(`${printable(sync.source)}${printable(branch)}`);
  const when = sync.completedAt === null ? '' : `, ${ago(sync.completedAt, new Date())}`;
  terminal.out(`${sync.state}${when}: ${sync.documents} documents, commit ${sync.commit?.slice(0, 12) ?? 'none'}`);
  if (sync.failure !== null) terminal.out(`failure: ${printable(sync.failure)}`);
  if (sync.forcePushed !== null) terminal.out(`history was rewritten at ${sync.forcePushed.at}`);
  for (const { path, line, column, severity, code, message } of sync.findings) {
    terminal.out(printable(`${path}:${line}:${column}: ${severity} ${code} ${message}`));
  }
  return undefined;
};

/** Errors of the catalog are news for scripts as well. */
const showSync = (context: CommandContext, sync: Sync): void => {
  printSync(context, sync);
  const errors = sync.findings.filter(({ severity }) => severity === 'error').length;
  if (sync.state === 'failed' || errors > 0) throw new DocumentsRefused('the catalog has errors');
};

export const addCatalogStateCommands = (catalog: Command, context: () => CommandContext): void => {
  catalog
    .command('categories')
    .description('what there is of each category, and who owns it')
    .action(() => categories(context()));
  catalog
    .command('versions')
    .description('the last ten versions of an item or bundle')
    .argument('<id>')
    .action((id: string) => versions(context(), id));
  catalog
    .command('diff')
    .description('what differs between two versions, and whether the version number has risen far enough')
    .argument('<id>')
    .option('--from <revision>', 'the older one; the one before the other when absent')
    .option('--to <revision>', 'the newer one; the newest when absent')
    .action((id: string, options: DiffOptions) => diff(context(), id, options));
  catalog
    .command('sync')
    .description('when the catalog was read last, and what is wrong in it; exit code 1 when it has errors')
    .option('--now', 'read it again first')
    .action(async ({ now }: { readonly now?: boolean }) => {
      const called = context();
      const operation = now === true ? operations.refreshCatalog : operations.getCatalogSync;
      showSync(called, (await must(called, operation)).data);
    });
};
