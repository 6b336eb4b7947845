import { type CatalogEntry, operations } from '@pao/contracts';
import { isJsonObject } from '@pao/kernel';
import { type Command, Option } from 'commander';
import { type CommandContext, must, printJson } from '../context.ts';
import { printable, renderTable } from '../output.ts';
import { addCatalogDocsCommand } from './catalog-docs.ts';
import { addCatalogInitCommand } from './catalog-init.ts';
import { addCatalogStateCommands } from './catalog-state.ts';
import { addTestCommand } from './catalog-test.ts';
import { addImportCommand } from './import.ts';

interface ListOptions {
  readonly category?: string;
  readonly owner?: string;
  readonly tag?: string;
  readonly mode?: 'manual' | 'automatic';
  readonly kind?: 'item' | 'bundle';
  readonly sort?: 'id' | 'name' | '-publishedAt';
  readonly search?: string;
  readonly limit: string;
  readonly cursor?: string;
}

const filtersOf = ({ category, owner, tag, mode, kind, sort }: ListOptions) => ({
  ...(category !== undefined && { category }),
  ...(owner !== undefined && { owner }),
  ...(tag !== undefined && { tag }),
  ...(mode !== undefined && { mode }),
  ...(kind !== undefined && { kind: kind === 'item' ? ('CatalogItem' as const) : ('CatalogBundle' as const) }),
  ...(sort !== undefined && { sort }),
});

const list = async (context: CommandContext, options: ListOptions): Promise<void> => {
  const answer = await must(context, operations.listCatalog, {
    query: {
      limit: Number(options.limit),
      ...filtersOf(options),
      ...(options.search === undefined ? {} : { q: options.search }),
      ...(options.cursor === undefined ? {} : { cursor: options.cursor }),
    },
  });
  if (context.format === 'json') return printJson(context, answer);
  if (answer.data.length === 0) return context.terminal.out('Nothing in the catalog fits.');
  const row = (entry: CatalogEntry): string[] => [
    entry.id,
    entry.kind === 'CatalogBundle' ? 'bundle' : 'item',
    entry.version,
    entry.mode ?? '-',
    entry.owner?.team ?? '-',
    entry.name,
  ];
  context.terminal.out(renderTable(['ID', 'KIND', 'VERSION', 'MODE', 'OWNER', 'NAME'], answer.data.map(row)));
  const next = answer.pagination?.nextCursor;
  if (next !== null && next !== undefined) context.terminal.out(`\nMore: devctl catalog list --cursor ${next}`);
  return undefined;
};

const fieldRow = (field: unknown): string[] => {
  const of = (key: string): string => {
    const value = isJsonObject(field) ? field[key] : undefined;
    return typeof value === 'string' || typeof value === 'boolean' ? String(value) : '';
  };
  return [of('path'), of('type'), of('required') === 'true' ? 'yes' : 'no', of('name')];
};

const get = async (context: CommandContext, id: string): Promise<void> => {
  const item = await must(context, operations.getCatalogItem, { params: { id } });
  const form = await must(context, operations.getCatalogForm, { params: { id } });
  if (context.format === 'json') return printJson(context, { ...item.data, form: form.data });
  const { data } = item;
  context.terminal.out(`${printable(data.name)} (${data.id} ${data.version})`);
  context.terminal.out(printable(data.description).trim());
  context.terminal.out(`Owner: ${data.owner?.team ?? 'nobody named'}   Mode: ${data.mode ?? 'of each component'}\n`);
  context.terminal.out(renderTable(['FIELD', 'TYPE', 'REQUIRED', 'LABEL'], form.data.fields.map(fieldRow)));
  const flag = data.kind === 'CatalogBundle' ? '--bundle' : '--item';
  return context.terminal.out(`\nAsk for it: devctl request submit ${flag} ${data.id} --input input.json`);
};

export const addCatalogCommands = (program: Command, context: () => CommandContext): void => {
  const catalog = program.command('catalog').description('what can be requested');
  catalog
    .command('list')
    .description('items and bundles')
    .option('--category <name>', 'only of this category')
    .option('--owner <team>', 'only of this team')
    .option('--tag <tag>', 'only with this tag')
    .addOption(new Option('--mode <mode>', 'only those carried out this way').choices(['manual', 'automatic']))
    .addOption(new Option('--kind <kind>', 'only these').choices(['item', 'bundle']))
    .addOption(new Option('--sort <order>', 'in this order').choices(['id', 'name', '-publishedAt']))
    .option('--search <words>', 'only with these words in id, name or description')
    .option('--limit <n>', 'how many at most (1 to 200)', '50')
    .option('--cursor <cursor>', 'the page after this one')
    .action((options: ListOptions) => list(context(), options));
  catalog
    .command('get')
    .description('one item or bundle, with the fields of its form')
    .argument('<id>')
    .action((id: string) => get(context(), id));
  addImportCommand(catalog, context);
  addCatalogStateCommands(catalog, context);
  addTestCommand(catalog, context);
  addCatalogDocsCommand(catalog, context);
  addCatalogInitCommand(catalog, context);
};
