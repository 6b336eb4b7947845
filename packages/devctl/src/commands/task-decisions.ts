import { randomUUID } from 'node:crypto';
import { operations } from '@pao/contracts';
import type { Command } from 'commander';
import { type CommandContext, must } from '../context.ts';
import { printableBlock } from '../output.ts';
import { type DecideOptions, isConfirmed, reasonOf, reportDecision } from './decide.ts';
import { findTask } from './hand-over.ts';
import { waitingLines } from './waiting-lines.ts';

const QUESTION = { approve: 'Let it do this?', reject: 'Refuse it? The task ends without doing this.' } as const;

/** Shows what a task would do, and decides on exactly that. */
const decide =
  (kind: keyof typeof QUESTION) =>
  async (context: CommandContext, id: string, wanted: string, options: DecideOptions): Promise<void> => {
    const { data: request } = await must(context, operations.getRequest, { params: { id } });
    const task = findTask(request, wanted);
    if (context.format === 'table') {
      for (const line of waitingLines([task])) context.terminal.out(line);
      if (task.waitingFor?.details !== undefined)
        context.terminal.out(`\n${printableBlock(task.waitingFor.details)}\n`);
    }
    // What the server is going to refuse is not asked about first.
    const isOpen = task.waitingFor?.kind === 'approval' && task.waitingFor.decision === undefined;
    if (isOpen && !(await isConfirmed(context, QUESTION[kind], options))) return;
    const { data } = await must(context, operations.decideTask, {
      params: { id, taskId: task.id },
      body: { approved: kind === 'approve', version: request.version, ...reasonOf(options) },
      idempotencyKey: randomUUID(),
    });
    await reportDecision(context, data, options);
  };

/** Deciding about what one task of a request would do. */
export const addTaskDecisionCommands = (request: Command, context: () => CommandContext): void => {
  const add = (kind: keyof typeof QUESTION, description: string): void => {
    request
      .command(`${kind}-task`)
      .description(description)
      .argument('<id>')
      .argument('<task>', 'its number in the request, or its id')
      .option('--reason <text>', 'why; kept in the audit')
      .option('--yes', 'do not ask')
      .option('--watch', 'follow it until it is done or waits for a person')
      .action((id: string, task: string, options: DecideOptions) => decide(kind)(context(), id, task, options));
  };
  add('approve', 'let a task do what it waits to do, after showing what that is');
  add('reject', 'refuse what a task waits to do: it fails without doing it');
};
