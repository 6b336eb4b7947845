import { randomUUID } from 'node:crypto';
import { operations, type RollbackPreview } from '@pao/contracts';
import type { Command } from 'commander';
import { type CommandContext, must, printJson } from '../context.ts';
import { printable, renderTable } from '../output.ts';
import { type DecideOptions, isConfirmed, reasonOf, reportDecision } from './decide.ts';

interface RollbackOptions extends DecideOptions {
  readonly acknowledgeUnknown?: boolean;
  readonly preview?: boolean;
}

const printPreview = ({ terminal }: CommandContext, preview: RollbackPreview): void => {
  const undone = preview.undone.map(({ position, type, name, undo, problem }, index) => [
    ...[String(index + 1), String(position), type, name],
    `${undo.type} (${undo.executor})`,
    problem ?? JSON.stringify(preview.undone[index]?.payload),
  ]);
  terminal.out(renderTable(['ORDER', '#', 'TYPE', 'TASK', 'UNDONE BY', 'WITH'], undone));
  for (const { position, name, note } of preview.stays)
    terminal.out(`\nTask ${position} (${printable(name)}) stays as it is. ${printable(note)}`);
  for (const { position, name, check, failure } of preview.mayHaveHappened) {
    terminal.out(`\nTask ${position} (${printable(name)}) may have taken effect. ${printable(check)}`);
    if (failure?.evidence) terminal.out(`Evidence: ${printable(JSON.stringify(failure.evidence))}`);
  }
  if (preview.acknowledgementNeeded) terminal.out('\nOnce you have checked it, roll back with --acknowledge-unknown.');
  terminal.out('');
};

const rollBack = async (context: CommandContext, id: string, options: RollbackOptions): Promise<void> => {
  const { data: preview } = await must(context, operations.previewRollback, { params: { id } });
  if (context.format === 'table') printPreview(context, preview);
  else if (options.preview === true) printJson(context, preview);
  if (options.preview === true) return;
  const acknowledged = options.acknowledgeUnknown === true;
  // What the server is going to refuse is not asked about first.
  const refused = preview.undone.length === 0 || (preview.acknowledgementNeeded && !acknowledged);
  const question = `Undo ${preview.undone.length} of its tasks? The request ends as aborted.`;
  if (!refused && !(await isConfirmed(context, question, options))) return;
  const { data } = await must(context, operations.rollBackRequest, {
    params: { id },
    // What was shown is what is decided about.
    body: { version: preview.version, acknowledgeUnknown: acknowledged, ...reasonOf(options) },
    idempotencyKey: randomUUID(),
  });
  await reportDecision(context, data, options);
};

export const addRollbackCommand = (request: Command, context: () => CommandContext): void => {
  request
    .command('rollback')
    .description('undo what a failed request has done, last things first; shows first what that means')
    .argument('<id>')
    .option('--preview', 'only show it')
    .option('--acknowledge-unknown', 'leave what may have taken effect as it is: check the target first')
    .option('--reason <text>', 'why; kept in the audit')
    .option('--yes', 'do not ask')
    .option('--watch', 'follow it until it is done or waits for a person')
    .action((id: string, options: RollbackOptions) => rollBack(context(), id, options));
};
