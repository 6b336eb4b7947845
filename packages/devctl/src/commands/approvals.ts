import { randomUUID } from 'node:crypto';
import { type Approval, operations } from '@pao/contracts';
import { type Command, Option } from 'commander';
import { type CommandContext, must, printJson } from '../context.ts';
import { ago, printable, renderTable } from '../output.ts';
import { approvalLine, approversText } from './approval-lines.ts';
import { isConfirmed } from './decide.ts';

interface ListOptions {
  readonly scope?: string;
  readonly status?: string;
  readonly limit: string;
  readonly cursor?: string;
}

interface VoteOptions {
  readonly comment?: string;
  readonly yes?: boolean;
}

const list = async (context: CommandContext, { scope, status, limit, cursor }: ListOptions): Promise<void> => {
  const answer = await must(context, operations.listApprovals, {
    query: {
      limit: Number(limit),
      // The server checks the filters and says what it knows.
      ...(scope !== undefined && { scope: scope as never }),
      ...(status !== undefined && { status: status as never }),
      ...(cursor !== undefined && { cursor }),
    },
  });
  if (context.format === 'json') return printJson(context, answer);
  if (answer.data.length === 0) return context.terminal.out('No approvals fit.');
  const rows = answer.data.map((approval) => [
    approval.id,
    approval.state,
    `${approval.name}${approval.component === null ? '' : ` of ${approval.component}`}`,
    approval.requestName,
    approval.requestCatalogId,
    approval.requestedBy,
    ago(approval.requestedAt, new Date()),
    approval.state === 'waiting' ? (approval.expiresAt ?? '') : '',
  ]);
  const head = ['ID', 'STATE', 'APPROVAL', 'REQUEST', 'CATALOG', 'BY', 'ASKED', 'LAPSES'];
  context.terminal.out(renderTable(head, rows));
  const next = answer.pagination?.nextCursor;
  if (next !== null && next !== undefined) context.terminal.out(`\nMore: the same command with --cursor ${next}`);
  return undefined;
};

const printApproval = ({ terminal }: CommandContext, approval: Approval): void => {
  terminal.out(approvalLine(approval));
  terminal.out(
    `Request ${approval.requestId}: ${printable(approval.requestName)}, ${approval.requestCatalogId} ${approval.requestCatalogVersion}, asked for by ${printable(approval.requestedBy)} at ${approval.requestedAt}; it is ${approval.requestStatus}`,
  );
  terminal.out(`Stage ${approval.stage} of ${approval.stages}, by ${approval.minimum} of ${approversText(approval)}`);
  terminal.out(`Why: ${printable(approval.reason)}${approval.when === null ? '' : `: ${printable(approval.when)}`}`);
  for (const { decision, email, at, comment } of approval.decisions) {
    const said = comment === null ? '' : `: ${printable(comment)}`;
    terminal.out(`  ${decision} by ${printable(email)} at ${at}${said}`);
  }
  if (approval.state === 'waiting' && approval.expiresAt !== null) terminal.out(`Lapses at ${approval.expiresAt}`);
  terminal.out(`Plan ${approval.planDigest}`);
};

const read = async (context: CommandContext, id: string): Promise<Approval> =>
  (await must(context, operations.getApproval, { params: { id } })).data;

const show = async (context: CommandContext, id: string): Promise<void> => {
  const approval = await read(context, id);
  return context.format === 'json' ? printJson(context, approval) : printApproval(context, approval);
};

const report = (context: CommandContext, approval: Approval): void => {
  if (context.format === 'json') return printJson(context, approval);
  context.terminal.out(`The approval is ${approval.state}; the request is ${approval.requestStatus}.`);
  return context.terminal.out(`See it: devctl request get ${approval.requestId}`);
};

const approve = async (context: CommandContext, id: string, { comment, yes }: VoteOptions): Promise<void> => {
  const approval = await read(context, id);
  if (context.format === 'table') printApproval(context, approval);
  // What the server is going to refuse is not asked about first.
  if (approval.mayDecide && !(await isConfirmed(context, 'Approve it?', yes === true ? { yes } : {}))) return;
  const { data } = await must(context, operations.giveApproval, {
    params: { id },
    // What was shown is what is approved.
    body: { planDigest: approval.planDigest, ...(comment !== undefined && { comment }) },
    idempotencyKey: randomUUID(),
  });
  report(context, data);
};

const reject = async (
  context: CommandContext,
  id: string,
  options: Required<Pick<VoteOptions, 'comment'>> & VoteOptions,
) => {
  const approval = await read(context, id);
  if (context.format === 'table') printApproval(context, approval);
  const question = 'Reject it? The request ends, and nothing of it is carried out.';
  if (approval.mayDecide && !(await isConfirmed(context, question, options.yes === true ? { yes: true } : {}))) return;
  const { data } = await must(context, operations.rejectApproval, {
    params: { id },
    body: { planDigest: approval.planDigest, comment: options.comment },
    idempotencyKey: randomUUID(),
  });
  report(context, data);
};

export const addApprovalCommands = (program: Command, context: () => CommandContext): void => {
  const approvals = program.command('approvals').description('what waits for your agreement, and giving it');
  approvals
    .command('list')
    .description('approvals, newest first: those that wait for you unless told otherwise')
    .addOption(new Option('--scope <scope>', 'whose').choices(['mine', 'all', 'requested-by-me']))
    .addOption(new Option('--status <status>', 'only these').choices(['waiting', 'approved', 'rejected', 'expired']))
    .option('--limit <n>', 'how many at most (1 to 200)', '50')
    .option('--cursor <cursor>', 'the page after this one')
    .action((options: ListOptions) => list(context(), options));
  approvals
    .command('show')
    .description('one approval: what it is about, who may decide, and who has')
    .argument('<id>')
    .action((id: string) => show(context(), id));
  approvals
    .command('approve')
    .description('agree to what it shows; with the last one the request begins')
    .argument('<id>')
    .option('--comment <text>', 'kept in the audit')
    .option('--yes', 'do not ask')
    .action((id: string, options: VoteOptions) => approve(context(), id, options));
  approvals
    .command('reject')
    .description('refuse it: the request ends, and nothing of it is carried out')
    .argument('<id>')
    .requiredOption('--comment <text>', 'why; kept in the audit')
    .option('--yes', 'do not ask')
    .action((id: string, options: VoteOptions & { readonly comment: string }) => reject(context(), id, options));
};
