import { type BodyOf, type DataOf, type DeadLetter, operations, type redriveDeadLetters } from '@pao/contracts';
import { type Command, Option } from 'commander';
import { type CommandContext, must, printJson } from '../context.ts';
import { SomeFailed, UsageError } from '../failures.ts';
import { ago, printable, renderTable } from '../output.ts';
import { isConfirmed } from './decide.ts';

interface FilterOptions {
  readonly queue?: string;
  readonly type?: string;
  readonly request?: string;
  readonly since?: string;
}

interface ListOptions extends FilterOptions {
  readonly status: DeadLetter['status'];
  readonly limit: string;
  readonly cursor?: string;
}

interface DecideOptions {
  readonly reason?: string;
  readonly yes?: boolean;
}

interface RedriveOptions extends FilterOptions, DecideOptions {
  readonly all?: boolean;
  readonly dryRun?: boolean;
  readonly acknowledgeUnknown?: boolean;
  readonly limit: string;
}

type Redriven = DataOf<typeof redriveDeadLetters>['results'];

const filterOf = ({ queue, type, request, since }: FilterOptions) => ({
  ...(queue !== undefined && { queue }),
  ...(type !== undefined && { type }),
  ...(request !== undefined && { requestId: request }),
  ...(since !== undefined && { since }),
});

const list = async (context: CommandContext, options: ListOptions): Promise<void> => {
  const { status, limit, cursor } = options;
  const query = { ...filterOf(options), status, limit: Number(limit), ...(cursor !== undefined && { cursor }) };
  const answer = await must(context, operations.listDeadLetters, { query });
  if (context.format === 'json') return printJson(context, answer);
  if (answer.data.length === 0) return context.terminal.out('There are no such dead letters.');
  const now = new Date();
  const rows = answer.data.map(({ id, queue, type, requestId, parkedAt, reason, obstacle }) => [
    ...[id, queue, type, requestId ?? '', ago(parkedAt, now)],
    obstacle ? obstacle.kind : 'redrive',
    reason.length > 80 ? `${reason.slice(0, 79)}…` : reason,
  ]);
  context.terminal.out(renderTable(['ID', 'QUEUE', 'TYPE', 'REQUEST', 'PARKED', 'NEXT', 'WHY'], rows));
  const next = answer.pagination?.nextCursor;
  if (next !== null && next !== undefined) context.terminal.out(`\nMore: the same command with --cursor ${next}`);
  return undefined;
};

const show = async (context: CommandContext, id: string): Promise<void> => {
  const { data } = await must(context, operations.getDeadLetter, { params: { id } });
  if (context.format === 'json') return printJson(context, data);
  const { terminal } = context;
  const say = (line: string): void => terminal.out(printable(line));
  say(`${data.type} of ${data.queue}: ${data.status}. ${data.reason}`);
  if (data.requestId !== null) say(`Request ${data.requestId}, correlation id ${data.correlationId ?? 'unknown'}`);
  if (data.obstacle) say(data.obstacle.message);
  for (const { at, change, by, reason } of data.history)
    say(`${at} ${change}${by === null ? '' : ` by ${by}`}${reason === null ? '' : `: ${reason}`}`);
  if (data.sameEvent.length > 0) say(`The same event also lies here as ${data.sameEvent.join(', ')}.`);
  terminal.out(`\n${data.body.split('\n').map(printable).join('\n')}`);
  return data.bodyTruncated ? terminal.out(`… of ${data.bytes} bytes`) : undefined;
};

const tableOf = (results: Redriven): string =>
  renderTable(
    ['ID', 'QUEUE', 'TYPE', 'REQUEST', 'OUTCOME', ''],
    results.map(({ id, queue, type, requestId, outcome, message }) => [
      ...[id, queue, type, requestId ?? '', outcome],
      message ?? '',
    ]),
  );

const decisionOf = ({ reason, acknowledgeUnknown }: RedriveOptions) => ({
  ...(reason !== undefined && { reason }),
  ...(acknowledgeUnknown === true && { acknowledgeUnknown }),
});

/** Exactly those that the preview showed, each by itself, so that what comes meanwhile is not among them. */
const redriveShown = async (context: CommandContext, shown: Redriven, options: RedriveOptions): Promise<Redriven> => {
  const results: Redriven[number][] = [];
  for (const letter of shown) {
    if (letter.outcome !== 'would-redrive') {
      results.push(letter);
      continue;
    }
    const input = { params: { id: letter.id }, body: decisionOf(options), signal: context.terminal.signal };
    const answer = await context.client.call(operations.redriveDeadLetter, input);
    if (answer.ok) results.push({ ...letter, outcome: 'redriven' });
    else if (answer.error.kind === 'refused')
      results.push({ ...letter, outcome: 'refused', message: answer.error.error.message });
    else await must(context, operations.redriveDeadLetter, input);
  }
  return results;
};

const redriveMany = async (context: CommandContext, options: RedriveOptions): Promise<void> => {
  const filter = filterOf(options);
  if (options.all !== true && Object.keys(filter).length === 0)
    throw new UsageError('name a dead letter, filter them, or say --all');
  const body: BodyOf<typeof redriveDeadLetters> = {
    ...{ ...filter, ...decisionOf(options), dryRun: true, limit: Number(options.limit) },
    ...(options.all === true && { all: true as const }),
  };
  const { data: preview } = await must(context, operations.redriveDeadLetters, { body });
  const count = preview.results.filter(({ outcome }) => outcome === 'would-redrive').length;
  if (context.format === 'table') context.terminal.out(`${tableOf(preview.results)}\n`);
  const more = preview.nextCursor === null ? '' : ' There are more than --limit.';
  if (options.dryRun === true || count === 0)
    return context.format === 'json'
      ? printJson(context, preview)
      : context.terminal.out(`${count} would be sent again.${more}`);
  if (options.yes !== true && context.terminal.confirm === undefined)
    throw new UsageError(`nothing was changed: to send these ${count} again, say --yes`);
  if (!(await isConfirmed(context, `Send ${count} of them again?${more}`, options))) return undefined;
  const results = await redriveShown(context, preview.results, options);
  if (context.format === 'json') printJson(context, { ...preview, dryRun: false, results });
  else context.terminal.out(tableOf(results));
  const refused = results.filter(({ outcome }) => outcome === 'refused').length;
  if (refused > 0) throw new SomeFailed(`${refused} of ${results.length} were refused`);
  return undefined;
};

const redrive = async (context: CommandContext, id: string | undefined, options: RedriveOptions): Promise<void> => {
  if (id === undefined) return redriveMany(context, options);
  if (!(await isConfirmed(context, `Send ${id} to its queue again?`, options))) return undefined;
  const { data } = await must(context, operations.redriveDeadLetter, { params: { id }, body: decisionOf(options) });
  return context.format === 'json'
    ? printJson(context, data)
    : context.terminal.out(`It goes to ${data.queue} again, once. Its history: devctl queue dlq show ${id}`);
};

const discard = async (context: CommandContext, id: string, options: DecideOptions): Promise<void> => {
  if (options.reason === undefined) throw new UsageError('say --reason: it stays on record');
  if (!(await isConfirmed(context, `Say that ${id} is not needed any more?`, options))) return undefined;
  const body = { reason: options.reason };
  const { data } = await must(context, operations.discardDeadLetter, { params: { id }, body });
  return context.format === 'json' ? printJson(context, data) : context.terminal.out('Discarded; it stays on record.');
};

const withFilters = (command: Command): Command =>
  command
    .option('--queue <name>', 'of this queue, such as request-inbox or tasks-default')
    .option('--type <type>', 'of this type, such as task-succeeded.v1')
    .option('--request <id>', 'about this request')
    .option('--since <time>', 'parked then or later');

export const addDeadLetterCommands = (queue: Command, context: () => CommandContext): void => {
  const dlq = queue.command('dlq').description('messages that nobody could handle');
  withFilters(dlq.command('list').description('oldest first, with what can be done about each'))
    .addOption(
      new Option('--status <status>', 'what became of them')
        .choices(['parked', 'redriven', 'discarded'])
        .default('parked'),
    )
    .option('--limit <n>', 'how many at most (1 to 200)', '50')
    .option('--cursor <cursor>', 'the page after this one')
    .action((options: ListOptions) => list(context(), options));
  dlq
    .command('show')
    .description('one of them, its text and what was done with it')
    .argument('<id>')
    .action((id: string) => show(context(), id));
  withFilters(
    dlq.command('redrive').description('send one, or those that fit, to their queues again; shows first which'),
  )
    .argument('[id]')
    .option('--all', 'all that are parked, in place of a filter')
    .option('--limit <n>', 'how many at most (1 to 500)', '100')
    .option('--dry-run', 'show what would be sent, and send nothing')
    .option('--acknowledge-unknown', 'also commands whose task was reported as stuck since')
    .option('--reason <text>', 'why; kept with each')
    .option('--yes', 'do not ask')
    .action((id: string | undefined, options: RedriveOptions) => redrive(context(), id, options));
  dlq
    .command('discard')
    .description('say that one is not needed any more')
    .argument('<id>')
    .option('--reason <text>', 'why; kept with it')
    .option('--yes', 'do not ask')
    .action((id: string, options: DecideOptions) => discard(context(), id, options));
};
