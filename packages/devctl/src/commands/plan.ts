import { type DataOf, operations, type PlannedTask, type RequestPlan } from '@pao/contracts';
import { isJsonObject, type Json } from '@pao/kernel';
import type { Command } from 'commander';
import { type CommandContext, must, printJson } from '../context.ts';
import { DocumentsRefused, UsageError } from '../failures.ts';
import { printable, renderTable } from '../output.ts';
import { plannedApprovalLine } from './approval-lines.ts';
import { type AskOptions, type Submission, submissionOf, withAskOptions } from './submission.ts';

export type Plans = DataOf<typeof operations.planRequests>;
type Cost = Plans['cost'];

const withoutDigest = (item: Json): Json => {
  if (!isJsonObject(item)) return item;
  const { planDigest: _, ...rest } = item;
  return rest;
};

export const askForPlans = async (context: CommandContext, submission: Submission): Promise<Plans> => {
  // The server judges the body; what a person wrote is passed on as it is.
  const body = { ...submission, items: submission.items.map(withoutDigest) };
  return (await must(context, operations.planRequests, { body: body as never })).data;
};

/** Null: its executors have not said. */
const REPEATS = { key: 'by key', probe: 'looked for', natural: 'yes', none: 'no' } as const;

const wordsOf = ({ summary, reason, executor }: PlannedTask): string => {
  const words = [summary, reason === null ? null : `(${reason})`].filter((part) => part !== null).join(' ');
  return executor === 'default' ? words : `${words} (pool ${executor})`.trim();
};

const runsOf = ({ runs, when }: PlannedTask): string => (when === undefined ? runs : `${runs}: ${when}`);

const taskTable = (tasks: readonly PlannedTask[]): string =>
  renderTable(
    ['#', 'TASK', 'TYPE', 'RUNS', 'REPEATABLE', 'WAITS FOR', 'WHAT IT DOES'],
    tasks.map((task) => [
      String(task.position),
      task.component === null ? task.name : `${task.component}: ${task.name}`,
      task.type,
      runsOf(task),
      task.idempotency === null ? '?' : REPEATS[task.idempotency],
      task.waits ?? '',
      wordsOf(task),
    ]),
  );

const costText = (cost: Cost): string =>
  cost.map(({ currency, monthly }) => `${printable(currency)} ${monthly.toFixed(2)} a month`).join(' and ');

const costLine = ({ cost, unpriced }: RequestPlan): string => {
  const without = unpriced.map(({ catalogId, reason }) => `${catalogId}: ${printable(reason)}`).join('; ');
  if (cost.length === 0) return `Cost: not known (${without})`;
  return `Cost: ${costText(cost)}${without === '' ? '' : `, without ${without}`}`;
};

const quotaLine = ({ resource, per, scope, used, after, max, wouldExceed }: RequestPlan['quota'][number]): string => {
  const holder = per === 'user' ? scope : `${per} ${scope}`;
  return `Quota: ${resource} of ${printable(holder)}: ${used} of ${max} used, ${after} with it${wouldExceed ? ': too many' : ''}`;
};

const planLines = (plan: RequestPlan): readonly string[] => [
  `${printable(plan.name)}: ${plan.catalogId} ${plan.catalogVersion}\n`,
  taskTable(plan.tasks),
  `\n${costLine(plan)}`,
  ...(plan.approvals ?? []).map(plannedApprovalLine),
  ...plan.quota.map(quotaLine),
  ...plan.obstacles.map((obstacle) => `Not now: ${printable(obstacle)}`),
  `Plan ${plan.planDigest}`,
];

const effectLine = ({ team, currency, before, after }: Plans['costEffect'][number]): string =>
  `Team ${printable(team)}: ${printable(currency)} ${before.toFixed(2)} a month, ${after.toFixed(2)} with it`;

export const printPlans = ({ items, cost, costEffect }: Plans, print: (line: string) => void): void => {
  for (const [index, plan] of items.entries()) print(`${index === 0 ? '' : '\n'}${planLines(plan).join('\n')}`);
  if (items.length > 1 && cost.length > 0) print(`\nTogether: ${costText(cost)}`);
  if (costEffect.length > 0) print(`\n${costEffect.map(effectLine).join('\n')}`);
};

/** What a request could not get past: an obstacle, a quota, or a task that fails for certain. */
const cannotRun = ({ items }: Plans): boolean =>
  items.some(
    ({ obstacles, quota, tasks }) =>
      obstacles.length > 0 ||
      quota.some(({ wouldExceed }) => wouldExceed) ||
      tasks.some(({ runs }) => runs === 'fails'),
  );

/** The submission with the digest of each plan, once whoever asks has seen and wants it. */
export const agreeToPlans = async (
  { terminal, format }: CommandContext,
  submission: Submission,
  { plans, yes }: { readonly plans: Plans; readonly yes: boolean },
): Promise<Submission> => {
  printPlans(plans, format === 'json' ? terminal.error : terminal.out);
  if (cannotRun(plans)) throw new DocumentsRefused('the plan can’t be carried out');
  if (!yes) {
    if (terminal.confirm === undefined) {
      throw new UsageError('nobody can be asked here whether the plan is right: say --yes; nothing was submitted');
    }
    if (!(await terminal.confirm('\nSubmit it?'))) {
      terminal.error('Nothing was submitted.');
      throw new DocumentsRefused('the plan was not agreed to');
    }
  }
  return {
    ...submission,
    items: submission.items.map((item, index) => {
      const digest = plans.items[index]?.planDigest;
      return isJsonObject(item) && digest !== undefined ? { ...item, planDigest: digest } : item;
    }),
  };
};

const plan = async (context: CommandContext, options: AskOptions): Promise<void> => {
  const plans = await askForPlans(context, await submissionOf(context, options));
  if (context.format === 'json') printJson(context, plans);
  else printPlans(plans, context.terminal.out);
  if (cannotRun(plans)) throw new DocumentsRefused('the plan can’t be carried out');
};

const HELP = `
Examples:
  devctl request plan --item database-postgresql-standard --set name=orders-db
  devctl --output json request plan --input submission.json

Nothing is stored or sent. Exit code 1: it can't be requested now, or would fail for certain.`;

export const addPlanCommand = (request: Command, context: () => CommandContext): void => {
  withAskOptions(request.command('plan').description('what would happen if it were asked for: tasks, order, cost'))
    .addHelpText('after', HELP)
    .action((options: AskOptions) => plan(context(), options));
};
