import { randomUUID } from 'node:crypto';
import { operations } from '@pao/contracts';
import type { Command } from 'commander';
import { type CommandContext, must } from '../context.ts';
import { type BatchOptions, oneOrMany, withBatch } from './batch.ts';
import { type DecideOptions, isConfirmed, reasonOf, reportDecision } from './decide.ts';

const abort = async (context: CommandContext, id: string, options: DecideOptions): Promise<void> => {
  const { data: request } = await must(context, operations.getRequestStatus, { params: { id } });
  const { completed, total } = request.progress;
  const question = `It is ${request.status}, with ${completed} of ${total} tasks done, which stays so. Abort it?`;
  if (!(await isConfirmed(context, question, options))) return;
  const { data } = await must(context, operations.abortRequest, {
    params: { id },
    // Without a version: that a task ends meanwhile is no reason to go on with the rest.
    body: reasonOf(options),
    idempotencyKey: randomUUID(),
  });
  await reportDecision(context, data, options);
};

export const addAbortCommand = (request: Command, context: () => CommandContext): void => {
  withBatch(request.command('abort'))
    .description('end a request, or many: what has not started never will; what is under way is not stopped')
    .argument('[id]')
    .option('--reason <text>', 'why; kept in the audit')
    .option('--yes', 'do not ask')
    .action(oneOrMany<DecideOptions & BatchOptions>('abort', context, abort));
};
