import { randomUUID } from 'node:crypto';
import { operations, type RetryPreview, runbookPageOf } from '@pao/contracts';
import type { Command } from 'commander';
import { type CommandContext, must } from '../context.ts';
import { printable, renderTable } from '../output.ts';
import { type BatchOptions, oneOrMany, withBatch } from './batch.ts';
import { type DecideOptions, isConfirmed, reasonOf, reportDecision } from './decide.ts';
import { plain } from './explain.ts';

interface RetryOptions extends DecideOptions, BatchOptions {}

const taskRows = (preview: RetryPreview): readonly (readonly string[])[] => [
  ...preview.kept.map(({ position, type, name }) => [String(position), 'keep', type, name, '']),
  ...preview.again.map(({ position, type, name, failure }) => [
    String(position),
    'run again',
    type,
    name,
    failure?.message ?? '',
  ]),
  ...preview.following.map(({ position, type, name }) => [String(position), 'run next', type, name, '']),
];

const printPreview = ({ terminal }: CommandContext, preview: RetryPreview): void => {
  const rows = taskRows(preview).toSorted((a, b) => Number(a[0]) - Number(b[0]));
  terminal.out(renderTable(['#', 'RETRY', 'TYPE', 'TASK', 'FAILURE'], rows));
  for (const { position, failure } of preview.again) {
    const page = failure && runbookPageOf(failure.code);
    if (page)
      terminal.out(`\nTask ${position}: ${failure.code}, ${plain(page.title)} (devctl explain ${failure.code})`);
  }
  for (const { position, name, check, failure } of preview.mayHaveHappened) {
    terminal.out(`\nTask ${position} (${printable(name)}) may have taken effect already. ${printable(check)}`);
    if (failure?.evidence) terminal.out(`Evidence: ${printable(JSON.stringify(failure.evidence))}`);
  }
  if (preview.acknowledgementNeeded) terminal.out('\nOnce you have checked it, retry with --acknowledge-unknown.');
  terminal.out('');
};

const retry = async (context: CommandContext, id: string, options: RetryOptions): Promise<void> => {
  const { data: preview } = await must(context, operations.previewRetry, { params: { id } });
  if (context.format === 'table') printPreview(context, preview);
  const acknowledged = options.acknowledgeUnknown === true;
  // What the server is going to refuse is not asked about first.
  const refused = preview.acknowledgementNeeded && !acknowledged;
  if (!refused && !(await isConfirmed(context, `Run ${preview.again.length} of its tasks again?`, options))) return;
  const { data } = await must(context, operations.retryRequest, {
    params: { id },
    // What was shown is what is decided about.
    body: { version: preview.version, acknowledgeUnknown: acknowledged, ...reasonOf(options) },
    idempotencyKey: randomUUID(),
  });
  await reportDecision(context, data, options);
};

export const addRetryCommand = (request: Command, context: () => CommandContext): void => {
  withBatch(request.command('retry'))
    .description('run the failed tasks of a request, or of many, again, then what follows; shows first what that means')
    .argument('[id]')
    .option('--acknowledge-unknown', 'also what may have taken effect already: check the target first')
    .option('--reason <text>', 'why; kept in the audit')
    .option('--yes', 'do not ask')
    .option('--watch', 'follow it until it is done or waits for a person')
    .action(oneOrMany<RetryOptions>('retry', context, retry));
};
