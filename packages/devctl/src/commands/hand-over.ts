import { randomUUID } from 'node:crypto';
import { operations, type RequestDetails, type ResumePreview } from '@pao/contracts';
import { isJsonObject, type JsonObject } from '@pao/kernel';
import type { Command } from 'commander';
import { type CommandContext, must } from '../context.ts';
import { UsageError } from '../failures.ts';
import { applySetting, readInput } from '../input.ts';
import { printable, renderTable } from '../output.ts';
import { type BatchOptions, oneOrMany, withBatch } from './batch.ts';
import { type DecideOptions, isConfirmed, reasonOf, reportDecision } from './decide.ts';

/** What an escalation does to tasks in each state; nothing to the others. */
const FATE: Readonly<Record<string, string>> = {
  completed: 'keep',
  failed: 'ticket',
  stuck: 'ticket',
  pending: 'ticket, unless its condition says no',
};

const printEscalation = ({ terminal }: CommandContext, { tasks }: RequestDetails): void => {
  const rows = tasks.map(({ position, status, type, name, failure }) => [
    String(position),
    FATE[status] ?? status,
    type,
    name,
    failure?.message ?? '',
  ]);
  terminal.out(`${renderTable(['#', 'ESCALATION', 'TYPE', 'TASK', 'FAILURE'], rows)}\n`);
};

const escalate = async (context: CommandContext, id: string, options: DecideOptions): Promise<void> => {
  const { data: request } = await must(context, operations.getRequest, { params: { id } });
  if (context.format === 'table') printEscalation(context, request);
  const question = `Hand what is left of it to people? It is ${request.status}.`;
  if (!(await isConfirmed(context, question, options))) return;
  const { data } = await must(context, operations.escalateRequest, {
    params: { id },
    // What was shown is what is decided about.
    body: { version: request.version, ...reasonOf(options) },
    idempotencyKey: randomUUID(),
  });
  await reportDecision(context, data, options);
};

type Held = ResumePreview['automated'][number];

const ticketOf = ({ ticket }: Pick<Held, 'ticket'>): string => ticket?.key ?? '';

const printResume = ({ terminal }: CommandContext, preview: ResumePreview): void => {
  const row = (task: Pick<Held, 'position' | 'type' | 'name' | 'ticket'>, fate: string, note = '') => [
    String(task.position),
    fate,
    task.type,
    task.name,
    ticketOf(task),
    note,
  ];
  const rows = [
    ...preview.completed.map((task) => row(task, 'keep', JSON.stringify(task.outputs))),
    ...preview.unsettled.map((task) => row(task, 'still to be done by people', task.failure?.message)),
    ...preview.automated.map((task) =>
      row(task, 'run by automation', task.ticket === null ? '' : 'its ticket is withdrawn'),
    ),
  ].toSorted((a, b) => Number(a[0]) - Number(b[0]));
  terminal.out(`${renderTable(['#', 'RESUME', 'TYPE', 'TASK', 'TICKET', ''], rows)}\n`);
};

const resume = async (context: CommandContext, id: string, options: DecideOptions): Promise<void> => {
  const { data: preview } = await must(context, operations.previewResume, { params: { id } });
  if (context.format === 'table') printResume(context, preview);
  // What the server is going to refuse is not asked about first.
  const refused = preview.unsettled.length > 0;
  const question = `Give ${preview.automated.length} of its tasks back to the automation?`;
  if (!refused && !(await isConfirmed(context, question, options))) return;
  const { data } = await must(context, operations.resumeRequest, {
    params: { id },
    body: { version: preview.version, ...reasonOf(options) },
    idempotencyKey: randomUUID(),
  });
  await reportDecision(context, data, options);
};

interface CompleteOptions extends DecideOptions {
  readonly outputs?: string;
  readonly set: readonly string[];
  readonly note?: string;
}

const outputsOf = async ({ terminal }: CommandContext, { outputs, set }: CompleteOptions): Promise<JsonObject> => {
  const given = outputs === undefined ? {} : await readInput(terminal, outputs);
  if (!isJsonObject(given)) throw new UsageError('the outputs must be an object');
  return set.reduce(applySetting, given);
};

/** By its id, or by its position in the request. */
export const findTask = ({ tasks }: RequestDetails, wanted: string): RequestDetails['tasks'][number] => {
  const task = tasks.find(({ id, position }) => id === wanted || String(position) === wanted);
  if (task) return task;
  const known = tasks.map(({ position, name }) => `${position} (${printable(name)})`).join(', ');
  throw new UsageError(`the request has no task ${wanted}; it has ${known}`);
};

const completeTask = async (
  context: CommandContext,
  id: string,
  wanted: string,
  options: CompleteOptions,
): Promise<void> => {
  const outputs = await outputsOf(context, options);
  const { data: request } = await must(context, operations.getRequest, { params: { id } });
  const task = findTask(request, wanted);
  const told = `Task ${task.position} (${printable(task.name)}) is ${task.status}`;
  if (context.format === 'table') context.terminal.out(`${told}. Its outputs: ${printable(JSON.stringify(outputs))}`);
  if (!(await isConfirmed(context, 'Complete it with these?', options))) return;
  const { data } = await must(context, operations.completeTask, {
    params: { id, taskId: task.id },
    // Without a version: that another task ends meanwhile changes nothing about what was done by hand.
    body: { outputs, ...(options.note !== undefined && { note: options.note }) },
    idempotencyKey: randomUUID(),
  });
  await reportDecision(context, data, options);
};

const collect = (value: string, previous: readonly string[]): readonly string[] => [...previous, value];

const WATCH = ['--watch', 'follow it until it is done or waits for a person'] as const;
const YES = ['--yes', 'do not ask'] as const;
const REASON = ['--reason <text>', 'why; kept in the audit'] as const;

/** Handing a request to people, and taking it back. */
export const addHandOverCommands = (request: Command, context: () => CommandContext): void => {
  withBatch(request.command('escalate'))
    .description(
      'hand what is left of a failed request, or of many, to people: each task that is not over gets a ticket',
    )
    .argument('[id]')
    .option(...REASON)
    .option(...YES)
    .option(...WATCH)
    .action(oneOrMany<DecideOptions & BatchOptions>('escalate', context, escalate));
  request
    .command('complete-task')
    .description('say that a failed, stuck or escalated task was done by hand, and what it gave')
    .argument('<id>')
    .argument('<task>', 'its number in the request, or its id')
    .option('--outputs <file>', 'what it gave, as JSON or YAML; - reads standard input')
    .option('--set <name=value>', 'one output, such as endpoint=db.example; := takes JSON (repeatable)', collect, [])
    .option('--note <text>', 'how it was done; kept in the audit')
    .option(...YES)
    .option(...WATCH)
    .action((id: string, task: string, options: CompleteOptions) => completeTask(context(), id, task, options));
  request
    .command('resume')
    .description('give the rest of an escalated request back to the automation; shows first what that means')
    .argument('<id>')
    .option(...REASON)
    .option(...YES)
    .option(...WATCH)
    .action((id: string, options: DecideOptions) => resume(context(), id, options));
};
