import { operations, type RequestDetails, type RequestLogLine } from '@pao/contracts';
import type { Command } from 'commander';
import { type CommandContext, must, printJson } from '../context.ts';
import { printable } from '../output.ts';
import { stayWith } from './stay.ts';

interface LogsOptions {
  readonly task?: string;
  readonly tail?: string;
  readonly level?: string;
  readonly follow?: boolean;
}

/** States in which no line comes any more. */
const OVER: ReadonlySet<string> = new Set(['completed', 'aborted']);

const textOf = (line: RequestLogLine, request: RequestDetails): string => {
  const task = request.tasks.find(({ id }) => id === line.taskId);
  const attempt = (line.generation ?? 1) > 1 ? `, attempt ${line.generation}` : '';
  const where = task === undefined ? '' : `${task.position}. ${printable(task.name)}${attempt}: `;
  const percent = line.progress?.percent === undefined ? '' : ` (${line.progress.percent} %)`;
  return `${line.at}  ${line.level.padEnd(5)}  ${where}${printable(line.message)}${percent}`;
};

const print = (context: CommandContext, line: RequestLogLine, request: RequestDetails): void =>
  context.terminal.out(context.format === 'json' ? JSON.stringify(line) : textOf(line, request));

/** The task by its number in the order they run, or by its id. */
const taskIdOf = (request: RequestDetails, task: string): string =>
  request.tasks.find(({ position, id }) => String(position) === task || id === task)?.id ?? task;

const follow = (context: CommandContext, request: RequestDetails, query: object): Promise<void> =>
  stayWith(context, async (lastEventId, onEventId) => {
    const input = {
      params: { id: request.id },
      query,
      signal: context.terminal.signal,
      onEventId,
      ...(lastEventId === undefined ? {} : { lastEventId }),
    };
    for await (const line of context.client.stream(operations.streamRequestLogs, input)) print(context, line, request);
    const { data } = await must(context, operations.getRequestStatus, { params: { id: request.id } });
    return OVER.has(data.status) ? 'over' : 'broken';
  });

const logs = async (context: CommandContext, id: string, options: LogsOptions): Promise<void> => {
  const { data: request } = await must(context, operations.getRequest, { params: { id } });
  // The server checks what is asked for and says what it knows.
  const query = {
    ...(options.task === undefined ? {} : { taskId: taskIdOf(request, options.task) }),
    ...(options.level === undefined ? {} : { level: options.level as never }),
    ...(options.tail === undefined ? {} : { tail: Number(options.tail) }),
  };
  if (options.follow === true) return follow(context, request, query);
  const { data } = await must(context, operations.getRequestLogs, { params: { id }, query });
  if (context.format === 'json') return printJson(context, data);
  if (data.previous !== null) context.terminal.out('(there are earlier lines: --tail takes up to 1000)');
  for (const line of data.lines) print(context, line, request);
  return undefined;
};

export const addLogsCommand = (request: Command, context: () => CommandContext): void => {
  request
    .command('logs')
    .description('what went on in a request and its tasks, line by line')
    .argument('<id>')
    .option('--task <n>', 'only of this task, by its number or id')
    .option('--level <level>', 'only this severe, or more: debug, info, warn or error')
    .option('--tail <n>', 'the last lines, at most so many (1 to 1000; 100 unless followed)')
    .option('--follow', 'stay, and print lines as they arrive, until the request is done')
    .action((id: string, options: LogsOptions) => logs(context(), id, options));
};
