import { open, writeFile } from 'node:fs/promises';
import { operations, type QueryInput } from '@pao/contracts';
import { errorMessage } from '@pao/kernel';
import { type Command, Option } from 'commander';
import { type VerifyOptions, verify } from '../audit/verify.ts';
import { type CommandContext, must, printJson } from '../context.ts';
import { UsageError } from '../failures.ts';
import { renderTable } from '../output.ts';

interface FilterOptions {
  readonly request?: string;
  readonly user?: string;
  readonly change?: string;
  readonly item?: string;
  readonly bundle?: string;
  readonly since?: string;
  readonly until?: string;
}

interface ListOptions extends FilterOptions {
  readonly limit: string;
  readonly cursor?: string;
}

interface ExportOptions extends FilterOptions {
  readonly format: 'jsonl' | 'csv';
  readonly out?: string;
}

const queryOf = ({ request, user, change, item, bundle, since, until }: FilterOptions) => ({
  ...(request !== undefined && { requestId: request }),
  ...(user !== undefined && { actor: user }),
  ...(change !== undefined && { change }),
  ...(item !== undefined && { catalogItemId: item }),
  ...(bundle !== undefined && { bundleId: bundle }),
  ...(since !== undefined && { since }),
  ...(until !== undefined && { until }),
});

const list = async (context: CommandContext, { limit, cursor, ...filters }: ListOptions): Promise<void> => {
  const query = { ...queryOf(filters), limit: Number(limit), ...(cursor !== undefined && { cursor }) };
  const answer = await must(context, operations.listAudit, { query });
  if (context.format === 'json') return printJson(context, answer);
  if (answer.data.length === 0) return context.terminal.out('No rows fit.');
  const rows = answer.data.map((row) => [
    row.at,
    row.requestId,
    String(row.sequence),
    row.change,
    row.from === null ? row.to : `${row.from} → ${row.to}`,
    row.actor,
    row.reason ?? '',
  ]);
  context.terminal.out(renderTable(['AT', 'REQUEST', '#', 'CHANGE', 'STATE', 'BY', 'REASON'], rows));
  const next = answer.pagination?.nextCursor;
  if (next !== null && next !== undefined) context.terminal.out(`\nMore: the same command with --cursor ${next}`);
  return undefined;
};

/** To a file that must not exist yet, so that no evidence is written over; what breaks off leaves what came, and an error. */
const exportFile = async (context: CommandContext, { format, out, ...filters }: ExportOptions): Promise<void> => {
  const query: QueryInput<typeof operations.exportAudit> = { ...queryOf(filters), format };
  const bytes = context.client.download(operations.exportAudit, { query, signal: context.terminal.signal });
  if (out === undefined) {
    const decoder = new TextDecoder();
    // Whole lines, since the terminal ends each with a line break.
    let rest = '';
    for await (const chunk of bytes) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) context.terminal.out(line);
    }
    return;
  }
  const file = await open(out, 'wx').catch((cause: unknown) => {
    throw new UsageError(`cannot write ${out}: ${errorMessage(cause)}`, { cause });
  });
  try {
    for await (const chunk of bytes) await file.write(chunk);
  } finally {
    await file.close();
  }
  context.terminal.error(`written to ${out}`);
};

const anchor = async (context: CommandContext, { out }: { readonly out?: string }): Promise<void> => {
  const { data } = await must(context, operations.getAuditAnchor);
  if (out === undefined) return printJson(context, data);
  await writeFile(out, `${JSON.stringify(data, null, 2)}\n`, { flag: 'wx' }).catch((cause: unknown) => {
    throw new UsageError(`cannot write ${out}: ${errorMessage(cause)}`, { cause });
  });
  return context.terminal.out(`${data.rows} rows of ${data.requests} requests up to ${data.upTo}, root ${data.root}`);
};

const withFilters = (command: Command): Command =>
  command
    .option('--request <id>', 'only of this request')
    .option('--user <actor>', 'only by this person; executor for what was carried out')
    .option('--change <change>', 'only this change, such as request-failed')
    .option('--item <id>', 'only of requests of this item')
    .option('--bundle <id>', 'only of requests of this bundle')
    .option('--since <time>', 'then or later, such as 2026-01-31T00:00:00Z')
    .option('--until <time>', 'before then');

export const addAuditCommands = (program: Command, context: () => CommandContext): void => {
  const audit = program.command('audit').description('who did what when, and whether the record is whole');
  withFilters(audit.command('list').description('changes of all requests, latest first'))
    .option('--limit <n>', 'how many at most (1 to 200)', '50')
    .option('--cursor <cursor>', 'the page after this one')
    .action((options: ListOptions) => list(context(), options));
  withFilters(audit.command('export').description('all changes that fit, by request and oldest first'))
    .addOption(new Option('--format <format>', 'JSON lines, or CSV').choices(['jsonl', 'csv']).default('jsonl'))
    .option('--out <file>', 'a new file; standard output when absent')
    .action((options: ExportOptions) => exportFile(context(), options));
  audit
    .command('verify')
    .description('makes the chains of hashes again; exit code 1 when something was altered')
    .option('--request <id>', 'only of this request')
    .option('--file <export>', 'an export (jsonl, without filters but --request) instead of what is stored')
    .option('--anchor <file>', 'also that all an anchor pins is still there')
    .action((options: VerifyOptions) => verify(context(), options));
  audit
    .command('anchor')
    .description('pins the whole audit as it is now, to be kept elsewhere')
    .option('--out <file>', 'a new file; standard output when absent')
    .action((options: { out?: string }) => anchor(context(), options));
};
