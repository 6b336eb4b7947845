import { randomUUID } from 'node:crypto';
import { operations, type RequestDetails, type RequestSummary, type WaitingFor } from '@pao/contracts';
import type { Command } from 'commander';
import { type CommandContext, must, printJson } from '../context.ts';
import { ago, paintStatus, printable, renderTable } from '../output.ts';
import { addAbortCommand } from './abort.ts';
import { approvalLine } from './approval-lines.ts';
import { diagnosisOf } from './diagnosis.ts';
import { addEscalationCommands } from './escalation.ts';
import { showGraph } from './graph.ts';
import { addHandOverCommands } from './hand-over.ts';
import { addLogsCommand } from './logs.ts';
import { addPlanCommand, agreeToPlans, askForPlans } from './plan.ts';
import { addRetryCommand } from './retry.ts';
import { addRollbackCommand } from './rollback.ts';
import { type AskOptions, submissionOf, withAskOptions } from './submission.ts';
import { addTaskDecisionCommands } from './task-decisions.ts';
import { addTicketsCommand } from './tickets.ts';
import { waitingLines, waitingText } from './waiting-lines.ts';
import { watchRequests } from './watch.ts';
import { addWatchCommand } from './watch-mine.ts';

interface SubmitOptions extends AskOptions {
  readonly idempotencyKey?: string;
  readonly watch?: boolean;
  readonly plan?: boolean;
  readonly yes?: boolean;
}

interface ListOptions {
  readonly status?: string;
  readonly item?: string;
  readonly bundle?: string;
  readonly user?: string;
  readonly team?: string;
  readonly since?: string;
  readonly until?: string;
  readonly search?: string;
  readonly sort?: string;
  readonly limit: string;
  readonly cursor?: string;
}

const skippedText = ({ skipped }: RequestSummary['progress']): string =>
  skipped === undefined ? '' : ` (${skipped} skipped)`;

const summaryTable = (context: CommandContext, requests: readonly RequestSummary[]): string =>
  renderTable(
    ['ID', 'STATUS', 'TASKS', 'CATALOG', 'NAME', 'BY', 'CREATED'],
    requests.map((request) => [
      request.id,
      request.status,
      `${request.progress.completed}/${request.progress.total}${skippedText(request.progress)}`,
      request.catalogId,
      request.name,
      request.requestedBy,
      ago(request.createdAt, new Date()),
    ]),
  );

const submit = async (context: CommandContext, options: SubmitOptions): Promise<void> => {
  const asked = await submissionOf(context, options);
  const plans = options.plan === true ? await askForPlans(context, asked) : undefined;
  const submission = plans ? await agreeToPlans(context, asked, { plans, yes: options.yes === true }) : asked;
  const answer = await must(context, operations.submitRequests, {
    // The server judges the body; what a person wrote is passed on as it is.
    body: submission as never,
    idempotencyKey: options.idempotencyKey ?? randomUUID(),
  });
  if (context.format === 'json') printJson(context, answer.data);
  else context.terminal.out(summaryTable(context, answer.data.requests));
  const ids = answer.data.requests.map((request) => request.id);
  if (options.watch === true) return watchRequests(context, ids);
  if (context.format === 'table') context.terminal.out(`\nFollow it: devctl request status ${ids[0]} --watch`);
  return undefined;
};

const list = async (context: CommandContext, options: ListOptions): Promise<void> => {
  const answer = await must(context, operations.listRequests, {
    query: {
      limit: Number(options.limit),
      // The server checks the filters and says what it knows.
      ...(options.status === undefined ? {} : { status: options.status }),
      ...(options.item === undefined ? {} : { catalogItemId: options.item }),
      ...(options.bundle === undefined ? {} : { bundleId: options.bundle }),
      ...(options.user === undefined ? {} : { requestedBy: options.user }),
      ...(options.team === undefined ? {} : { team: options.team }),
      ...(options.since === undefined ? {} : { since: options.since }),
      ...(options.until === undefined ? {} : { until: options.until }),
      ...(options.search === undefined ? {} : { q: options.search }),
      ...(options.sort === undefined ? {} : { sort: options.sort as never }),
      ...(options.cursor === undefined ? {} : { cursor: options.cursor }),
    },
  });
  if (context.format === 'json') return printJson(context, answer);
  if (answer.data.length === 0) return context.terminal.out('No requests fit.');
  context.terminal.out(summaryTable(context, answer.data));
  const next = answer.pagination?.nextCursor;
  if (next !== null && next !== undefined) context.terminal.out(`\nMore: the same command with --cursor ${next}`);
  return undefined;
};

const printDetails = (context: CommandContext, request: RequestDetails): void => {
  const { terminal } = context;
  terminal.out(
    `${printable(request.name)}: ${paintStatus(terminal, request.status)}, ${request.progress.completed} of ${request.progress.total} tasks${skippedText(request.progress)}`,
  );
  terminal.out(
    `${request.catalogId} ${request.catalogVersion}, asked for by ${printable(request.requestedBy)} at ${request.createdAt}`,
  );
  terminal.out(
    `correlation id ${request.correlationId}${request.traceId === null ? '' : `, trace ${request.traceId}`}\n`,
  );
  if (request.approvals !== undefined) terminal.out(`${request.approvals.map(approvalLine).join('\n')}\n`);
  const rows = request.tasks.map((task) => [
    String(task.position),
    task.status,
    task.type,
    task.name,
    task.ticket?.key ?? '',
    task.failure?.message ?? '',
  ]);
  terminal.out(renderTable(['#', 'STATUS', 'TYPE', 'TASK', 'TICKET', 'FAILURE'], rows));
  const waits = waitingLines(request.tasks);
  if (waits.length > 0) terminal.out(`\n${waits.join('\n')}`);
  if (Object.keys(request.outputs).length > 0) terminal.out(`\nOutputs:\n${JSON.stringify(request.outputs, null, 2)}`);
  const diagnosis = diagnosisOf(request);
  if (diagnosis.length > 0) terminal.out(`\n${diagnosis.join('\n')}`);
};

const get = async (context: CommandContext, id: string): Promise<void> => {
  const { data } = await must(context, operations.getRequest, { params: { id } });
  return context.format === 'json' ? printJson(context, data) : printDetails(context, data);
};

const waitText = ({ waitingFor }: { readonly waitingFor?: WaitingFor | undefined }): string =>
  waitingFor === undefined ? '' : `, ${waitingText(waitingFor)}`;

const status = async (context: CommandContext, id: string, options: { readonly watch?: boolean }): Promise<void> => {
  if (options.watch === true) return watchRequests(context, [id]);
  const { data } = await must(context, operations.getRequestStatus, { params: { id } });
  if (context.format === 'json') return printJson(context, data);
  const task =
    data.currentTask === null
      ? ''
      : `, at task ${data.currentTask.position} (${printable(data.currentTask.name)})${waitText(data.currentTask)}`;
  context.terminal.out(
    `${paintStatus(context.terminal, data.status)}: ${data.progress.completed} of ${data.progress.total} tasks done${skippedText(data.progress)}${task}`,
  );
  if (data.failure !== null) context.terminal.out(`${data.failure.code}: ${printable(data.failure.message)}`);
  return undefined;
};

export const addRequestCommands = (program: Command, context: () => CommandContext): void => {
  const request = program.command('request').description('ask for things, and follow them');
  withAskOptions(request.command('submit').description('ask for an item or a bundle, or for all in an "items" array'))
    .option('--plan', 'show what would happen first, ask, and have exactly that accepted')
    .option('--yes', 'with --plan: do not ask')
    .option('--idempotency-key <key>', 'makes it safe to send the same call twice')
    .option('--watch', 'follow it until it is done')
    .action((options: SubmitOptions) => submit(context(), options));
  addPlanCommand(request, context);
  request
    .command('list')
    .description('requests, newest first')
    .option('--status <status>', 'only in this state, or in these, with commas between')
    .option('--item <id>', 'only of this item')
    .option('--bundle <id>', 'only of this bundle')
    .option('--user <email>', 'only asked for by this person; me for your own')
    .option('--team <team>', 'only asked for by members of this team')
    .option('--since <time>', 'created then or later, such as 2026-01-31T00:00:00Z')
    .option('--until <time>', 'created before then')
    .option('--search <text>', 'with this in the name')
    .option('--sort <order>', '-createdAt, createdAt or -updatedAt')
    .option('--limit <n>', 'how many at most (1 to 200)', '50')
    .option('--cursor <cursor>', 'the page after this one')
    .action((options: ListOptions) => list(context(), options));
  request
    .command('get')
    .alias('show')
    .description('one request with its tasks and outputs; of one that failed also what that means and what can be done')
    .argument('<id>')
    .action((id: string) => get(context(), id));
  request
    .command('graph')
    .description('its tasks and what each waits for, as a tree')
    .argument('<id>')
    .option('--mermaid', 'as a Mermaid flowchart')
    .action((id: string, options: { mermaid?: boolean }) => showGraph(context(), id, options));
  request
    .command('status')
    .description('where a request stands; exit code 1 when a watched request does not complete')
    .argument('<id>')
    .option('--watch', 'follow it until it is done or waits for a person')
    .action((id: string, options: { watch?: boolean }) => status(context(), id, options));
  addRetryCommand(request, context);
  addRollbackCommand(request, context);
  addHandOverCommands(request, context);
  addTaskDecisionCommands(request, context);
  addEscalationCommands(request, context);
  addAbortCommand(request, context);
  addWatchCommand(request, context);
  addLogsCommand(request, context);
  addTicketsCommand(request, context);
};
