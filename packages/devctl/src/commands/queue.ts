import { operations, type QueueStats } from '@pao/contracts';
import type { Command } from 'commander';
import { type CommandContext, must, printJson } from '../context.ts';
import { ago, renderTable } from '../output.ts';
import { addDeadLetterCommands } from './dead-letters.ts';

interface PageOptions {
  readonly limit: string;
  readonly cursor?: string;
}

const text = (value: number | null): string => (value === null ? '?' : String(value));

const net = (value: number | null): string => (value === null ? '?' : `${value > 0 ? '+' : ''}${value}`);

const oldest = ({ waiting, inFlight, oldestSecondsAtMost }: QueueStats): string => {
  if (waiting === 0 && inFlight === 0) return '-';
  return oldestSecondsAtMost === null ? '?' : `< ${oldestSecondsAtMost} s`;
};

const cells = (stats: QueueStats) => [
  stats.queue,
  text(stats.waiting),
  text(stats.inFlight),
  oldest(stats),
  net(stats.perMinute.net),
  String(stats.perMinute.parked),
  text(stats.deadLetters.waiting),
  String(stats.deadLetters.parked),
];

const stats = async (context: CommandContext): Promise<void> => {
  const { data } = await must(context, operations.getQueueStats);
  if (context.format === 'json') return printJson(context, data);
  const heads = ['QUEUE', 'WAITING', 'IN FLIGHT', 'OLDEST', 'NET/MIN', 'PARKED/MIN', 'IN DLQ', 'PARKED'];
  context.terminal.out(renderTable(heads, data.queues.map(cells)));
  if (data.outbox.waiting > 0)
    context.terminal.out(`\n${data.outbox.waiting} messages wait for the bus, for ${data.outbox.oldestSeconds} s.`);
  return undefined;
};

const list = async (context: CommandContext, { limit, cursor }: PageOptions): Promise<void> => {
  const query = { limit: Number(limit), ...(cursor !== undefined && { cursor }) };
  const answer = await must(context, operations.listQueueMessages, { query });
  if (context.format === 'json') return printJson(context, answer);
  if (answer.data.length === 0) return context.terminal.out('No message is known to wait.');
  const now = new Date();
  const rows = answer.data.map(({ messageGroupId, parked, toBeSent, oldestAt }) => [
    messageGroupId,
    String(parked),
    String(toBeSent),
    ago(oldestAt, now),
  ]);
  context.terminal.out(renderTable(['GROUP (REQUEST)', 'PARKED', 'TO BE SENT', 'OLDEST'], rows));
  const next = answer.pagination?.nextCursor;
  if (next !== null && next !== undefined) context.terminal.out(`\nMore: the same command with --cursor ${next}`);
  return undefined;
};

export const addQueueCommands = (program: Command, context: () => CommandContext): void => {
  const queue = program
    .command('queue')
    .description('the queues of the bus, and the messages nobody could handle (operators and admins)');
  queue
    .command('stats')
    .description('how full each queue is, and how that changes')
    .action(() => stats(context()));
  queue
    .command('list')
    .description('requests with messages that are known to wait: parked, or not sent yet')
    .option('--limit <n>', 'how many at most (1 to 200)', '50')
    .option('--cursor <cursor>', 'the page after this one')
    .action((options: PageOptions) => list(context(), options));
  addDeadLetterCommands(queue, context);
};
