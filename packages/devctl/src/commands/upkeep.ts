import { LEAD_TIME_GROUPS, type LeadTimeSummary, operations } from '@pao/contracts';
import { type Command, Option } from 'commander';
import { type CommandContext, must, printJson } from '../context.ts';
import { renderTable } from '../output.ts';

interface PageOptions {
  readonly limit: string;
  readonly cursor?: string;
}

interface LeadTimeOptions extends PageOptions {
  readonly by: (typeof LEAD_TIME_GROUPS)[number];
  readonly outcome: 'completed' | 'aborted';
  readonly since?: string;
  readonly until?: string;
}

const pageOf = ({ limit, cursor }: PageOptions) => ({
  limit: Number(limit),
  ...(cursor !== undefined && { cursor }),
});

const printMore = ({ terminal }: CommandContext, next: string | null | undefined): void => {
  if (next !== null && next !== undefined) terminal.out(`\nMore: the same command with --cursor ${next}`);
};

const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
] as const;

/** Two figures are enough to compare by. */
const durationText = (ms: number): string => {
  const seconds = ms / 1_000;
  const [unit, size] = UNITS.find(([, least]) => seconds >= least) ?? (['s', 1] as const);
  const value = seconds / size;
  return `${value >= 10 ? Math.round(value) : Number(value.toFixed(1))} ${unit}`;
};

const attention = async (context: CommandContext, options: PageOptions): Promise<void> => {
  const answer = await must(context, operations.listAttention, { query: pageOf(options) });
  if (context.format === 'json') return printJson(context, answer);
  if (answer.data.length === 0) return context.terminal.out('Nothing needs you.');
  const rows = answer.data.map(({ kind, subject, ageSeconds, message }) => [
    kind,
    subject,
    durationText(ageSeconds * 1_000),
    message,
  ]);
  context.terminal.out(renderTable(['KIND', 'WHAT', 'FOR', 'FOUND'], rows));
  for (const [kind, advice] of new Map(answer.data.map((finding) => [finding.kind, finding.advice])))
    context.terminal.out(`\n${kind}: ${advice}`);
  return printMore(context, answer.pagination?.nextCursor);
};

const SEGMENTS = ['approval', 'queue', 'automation', 'waiting', 'human'] as const;

const cells = (summary: LeadTimeSummary): readonly string[] => [
  summary.key === '' ? '(no team)' : summary.key,
  String(summary.count),
  durationText(summary.total.p50),
  durationText(summary.total.p90),
  durationText(summary.total.mean),
  ...SEGMENTS.map((segment) => durationText(summary[segment].mean)),
];

const leadTimes = async (context: CommandContext, options: LeadTimeOptions): Promise<void> => {
  const { by: groupBy, outcome, since, until } = options;
  const range = { ...(since !== undefined && { since }), ...(until !== undefined && { until }) };
  const answer = await must(context, operations.listLeadTimes, {
    query: { groupBy, outcome, ...range, ...pageOf(options) },
  });
  if (context.format === 'json') return printJson(context, answer);
  if (answer.data.length === 0) return context.terminal.out('No request ended in this time.');
  const heads = [groupBy.toUpperCase(), 'COUNT', 'P50', 'P90', 'MEAN', ...SEGMENTS.map((name) => name.toUpperCase())];
  context.terminal.out(renderTable(heads, answer.data.map(cells)));
  return printMore(context, answer.pagination?.nextCursor);
};

const withPage = (command: Command): Command =>
  command
    .option('--limit <n>', 'how many at most (1 to 200)', '50')
    .option('--cursor <cursor>', 'the page after this one');

export const addUpkeepCommands = (program: Command, context: () => CommandContext): void => {
  withPage(program.command('attention'))
    .description('what was silent for too long, and records that contradict each other (operators and admins)')
    .action((options: PageOptions) => attention(context(), options));
  const analytics = program.command('analytics').description('how requests fare');
  withPage(analytics.command('lead-times').description('how long requests took, and the mean of where the time went'))
    .addOption(new Option('--by <group>', 'what to group by').choices(LEAD_TIME_GROUPS).default('item'))
    .addOption(
      new Option('--outcome <outcome>', 'how they ended').choices(['completed', 'aborted']).default('completed'),
    )
    .option('--since <time>', 'ended then or later; 90 days ago when absent')
    .option('--until <time>', 'ended before then')
    .action((options: LeadTimeOptions) => leadTimes(context(), options));
};
