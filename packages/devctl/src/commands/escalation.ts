import { operations, type RequestEscalation } from '@pao/contracts';
import type { Command } from 'commander';
import { type CommandContext, must, printJson } from '../context.ts';
import { UsageError } from '../failures.ts';
import { printable, renderTable } from '../output.ts';

type Ticket = RequestEscalation['tickets'][number];

const rowOf = ({ position, name, key, status, jira, problem, blockedBy, url }: Ticket): readonly string[] => [
  String(position),
  printable(name),
  key ?? '',
  jira === undefined ? status : `${status} (${jira.status})`,
  blockedBy.join(', '),
  problem?.message ?? url ?? '',
];

const print = (context: CommandContext, data: RequestEscalation): void => {
  if (context.format === 'json') return printJson(context, data);
  const { parent } = data;
  if (parent)
    context.terminal.out(
      `All of it: ${printable(parent.key ?? 'its ticket is not there yet')} ${printable(parent.url ?? '')}\n`,
    );
  const rows = data.tickets.map(rowOf);
  context.terminal.out(renderTable(['#', 'TASK', 'TICKET', 'STATUS', 'BLOCKED BY', 'WHERE, OR WHAT IS WRONG'], rows));
  return undefined;
};

const show = async (context: CommandContext, id: string, { live = false }: { readonly live?: boolean }) => {
  const query = { live: live ? ('true' as const) : ('false' as const) };
  const { data } = await must(context, operations.getRequestEscalation, { params: { id }, query });
  print(context, data);
};

/** By its id, or by its position in the request. */
const taskId = async (context: CommandContext, id: string, wanted: string): Promise<string> => {
  const { data } = await must(context, operations.getRequestEscalation, { params: { id } });
  const ticket = data.tickets.find(({ taskId: task, position }) => task === wanted || String(position) === wanted);
  if (ticket) return ticket.taskId;
  const known = data.tickets.map(({ position, name }) => `${position} (${printable(name)})`).join(', ');
  throw new UsageError(`no ticket belongs to a task ${wanted}; there are ${known}`);
};

const retry = async (
  context: CommandContext,
  id: string,
  task: string,
  { acknowledgeUnknown = false }: { readonly acknowledgeUnknown?: boolean },
): Promise<void> => {
  const params = { id, taskId: await taskId(context, id, task) };
  const body = acknowledgeUnknown ? { acknowledgeUnknown } : {};
  const { data } = await must(context, operations.retryEscalationTicket, { params, body });
  print(context, data);
};

const link = async (context: CommandContext, id: string, task: string, key: string): Promise<void> => {
  const params = { id, taskId: await taskId(context, id, task) };
  const { data } = await must(context, operations.linkEscalationTicket, { params, body: { key } });
  print(context, data);
};

/** The tickets of a request in the hands of people, and what to do about those that are not there. */
export const addEscalationCommands = (request: Command, context: () => CommandContext): void => {
  request
    .command('escalation')
    .description('the tickets of a request that was handed to people')
    .argument('<id>')
    .option('--live', 'as Jira has them now')
    .action((id: string, options: { live?: boolean }) => show(context(), id, options));
  const ticket = request.command('ticket').description('a ticket that is not there as it should be');
  ticket
    .command('retry')
    .description('have the ticket of a task created')
    .argument('<id>')
    .argument('<task>', 'its number in the request, or its id')
    .option('--acknowledge-unknown', 'create it although it may exist already')
    .action((id: string, task: string, options: { acknowledgeUnknown?: boolean }) =>
      retry(context(), id, task, options),
    );
  ticket
    .command('link')
    .description('name the ticket of a task')
    .argument('<id>')
    .argument('<task>', 'its number in the request, or its id')
    .argument('<key>', 'such as OPS-7')
    .action((id: string, task: string, key: string) => link(context(), id, task, key));
};
