import { randomUUID } from 'node:crypto';
import { type CostTotal, type DataOf, operations, type QuotaUsage } from '@pao/contracts';
import { csvLine } from '@pao/kernel';
import { type Command, Option } from 'commander';
import { type CommandContext, must, printJson } from '../context.ts';
import { renderTable } from '../output.ts';

interface ShowOptions {
  readonly csv?: boolean;
}

interface QuotaOptions extends ShowOptions {
  readonly resource?: string;
  readonly team?: string;
}

interface CostOptions extends ShowOptions {
  readonly by: 'team' | 'item' | 'month';
  readonly team?: string;
  readonly since?: string;
  readonly until?: string;
}

interface ReleaseOptions {
  readonly resource?: string;
  readonly component?: string;
  readonly reason: string;
}

const PAGE_SIZE = 200;

/** Every page of a list. */
const allOf = async <Row>(
  ask: (page: { limit: number; cursor?: string }) => Promise<{
    readonly data: readonly Row[];
    readonly pagination?: { readonly nextCursor: string | null };
  }>,
): Promise<readonly Row[]> => {
  const rows: Row[] = [];
  let cursor: string | null | undefined;
  do {
    const answer = await ask({ limit: PAGE_SIZE, ...(typeof cursor === 'string' && { cursor }) });
    rows.push(...answer.data);
    cursor = answer.pagination?.nextCursor;
  } while (typeof cursor === 'string');
  return rows;
};

const QUOTA_COLUMNS = ['resource', 'per', 'scope', 'reserved', 'committed', 'used', 'max'] as const;
const COST_COLUMNS = ['key', 'currency', 'reserved', 'committed', 'monthly', 'requests'] as const;

interface Shown<Row> {
  readonly columns: readonly (keyof Row & string)[];
  readonly heads: readonly string[];
  readonly cell: (row: Row, column: keyof Row) => string;
}

const show = <Row extends QuotaUsage | CostTotal>(
  context: CommandContext,
  rows: readonly Row[],
  csv: boolean | undefined,
  { columns, heads, cell }: Shown<Row>,
): void => {
  if (csv === true) {
    context.terminal.out(csvLine(columns));
    for (const row of rows)
      context.terminal.out(csvLine(columns.map((column) => row[column] as string | number | null)));
    return;
  }
  if (context.format === 'json') return printJson(context, rows);
  if (rows.length === 0) return context.terminal.out('There is nothing.');
  const table = rows.map((row) => columns.map((column) => cell(row, column)));
  context.terminal.out(renderTable(heads, table));
};

const list = async (context: CommandContext, { resource, team, csv }: QuotaOptions): Promise<void> => {
  const filter = { ...(resource !== undefined && { resource }), ...(team !== undefined && { team }) };
  const rows = await allOf<QuotaUsage>((page) =>
    must(context, operations.listQuotas, { query: { ...filter, ...page } }),
  );
  show(context, rows, csv, {
    columns: QUOTA_COLUMNS,
    heads: ['RESOURCE', 'PER', 'OF', 'RESERVED', 'COMMITTED', 'USED', 'MAX'],
    cell: (row, column) => String(row[column]),
  });
};

const totals = async (context: CommandContext, { by, team, since, until, csv }: CostOptions): Promise<void> => {
  const filter = {
    groupBy: by,
    ...(team !== undefined && { team }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  };
  const rows = await allOf<CostTotal>((page) => must(context, operations.listCosts, { query: { ...filter, ...page } }));
  const none = by === 'team' ? '(no team)' : '';
  show(context, rows, csv, {
    columns: COST_COLUMNS,
    heads: [by.toUpperCase(), 'CURRENCY', 'UNDER WAY', 'COMPLETED', 'A MONTH', 'REQUESTS'],
    cell: (row, column) => {
      const value = row[column];
      if (typeof value !== 'number') return value ?? none;
      return column === 'requests' ? String(value) : value.toFixed(2);
    },
  });
};

const unitText = ({
  resource,
  per,
  scope,
  component,
}: DataOf<typeof operations.releaseQuota>['released'][number]): string =>
  `${resource} of ${per} ${scope}${component === null ? '' : ` (component ${component})`}`;

const release = async (
  context: CommandContext,
  requestId: string,
  { resource, component, reason }: ReleaseOptions,
): Promise<void> => {
  const body = {
    requestId,
    reason,
    ...(resource !== undefined && { resource }),
    ...(component !== undefined && { component }),
  };
  const { data } = await must(context, operations.releaseQuota, { body, idempotencyKey: randomUUID() });
  if (context.format === 'json') return printJson(context, data);
  return context.terminal.out(
    renderTable(
      ['GIVEN BACK'],
      data.released.map((unit) => [unitText(unit)]),
    ),
  );
};

export const addQuotaCommands = (program: Command, context: () => CommandContext): void => {
  const quota = program.command('quota').description('how much of what can be asked for is used');
  quota
    .command('list')
    .description('what you and your teams use of each quota; for operators and admins all')
    .option('--resource <name>', 'only of this resource')
    .option('--team <team>', 'only of this team')
    .option('--csv', 'as CSV')
    .action((options: QuotaOptions) => list(context(), options));
  quota
    .command('release <request-id>')
    .description('gives back what a completed request uses, when what it made is gone (operators and admins)')
    .requiredOption('--reason <text>', 'why; kept in the audit')
    .option('--resource <name>', 'only of this resource')
    .option('--component <id>', 'only of this component of a bundle')
    .action((requestId: string, options: ReleaseOptions) => release(context(), requestId, options));
  const cost = program.command('cost').description('what requests are estimated to cost');
  cost
    .command('totals')
    .description('a month of all requests that are under way or completed, by currency')
    .addOption(new Option('--by <group>', 'what to add up by').choices(['team', 'item', 'month']).default('team'))
    .option('--team <team>', 'only of this team')
    .option('--since <time>', 'submitted then or later, such as 2026-01-31T00:00:00Z')
    .option('--until <time>', 'submitted before then')
    .option('--csv', 'as CSV')
    .action((options: CostOptions) => totals(context(), options));
};
