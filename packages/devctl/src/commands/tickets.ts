import { operations, type RequestTicket } from '@pao/contracts';
import type { Command } from 'commander';
import { type CommandContext, must, printJson } from '../context.ts';
import { renderTable } from '../output.ts';

const rowOf = ({ system, key, status, assignee, problem, url }: RequestTicket): readonly string[] => [
  system,
  key,
  problem ?? status ?? '',
  assignee ?? '',
  url ?? '',
];

const tickets = async (
  context: CommandContext,
  id: string,
  { live = false }: { readonly live?: boolean },
): Promise<void> => {
  const query = { live: live ? ('true' as const) : ('false' as const) };
  const { data } = await must(context, operations.getRequestTickets, { params: { id }, query });
  if (context.format === 'json') return printJson(context, data);
  if (data.tickets.length === 0) return context.terminal.out('Its tasks have created no tickets.');
  context.terminal.out(renderTable(['SYSTEM', 'TICKET', 'STATUS', 'ASSIGNEE', 'URL'], data.tickets.map(rowOf)));
  return undefined;
};

export const addTicketsCommand = (request: Command, context: () => CommandContext): void => {
  request
    .command('tickets')
    .description('the tickets that its tasks created')
    .argument('<id>')
    .option('--live', 'with their status of now, asked for where they live')
    .action((id: string, options: { live?: boolean }) => tickets(context(), id, options));
};
