import { type BodyInput, type NotificationDelivery, type NotificationSubscription, operations } from '@pao/contracts';
import { type Command, Option } from 'commander';
import { type CommandContext, must, printJson } from '../context.ts';
import { UsageError } from '../failures.ts';
import { ago, printable, renderTable } from '../output.ts';

interface PageOptions {
  readonly limit: string;
  readonly cursor?: string;
}

interface AddOptions {
  readonly slack?: string;
  readonly webhook?: string;
  readonly email?: readonly string[];
  readonly events: string;
  readonly team?: string;
  readonly all?: boolean;
  readonly item?: string;
  readonly request?: string;
  readonly hourly?: boolean;
  readonly dailyAt?: string;
  readonly timeZone?: string;
}

interface DeliveryOptions extends PageOptions {
  readonly subscription?: string;
  readonly status?: string;
}

type NewSubscription = BodyInput<typeof operations.createSubscription>;

const pageOf = ({ limit, cursor }: PageOptions) => ({ limit: Number(limit), ...(cursor !== undefined && { cursor }) });

const printMore = ({ terminal }: CommandContext, next: string | null | undefined): void => {
  if (typeof next === 'string') terminal.out(`\nMore: the same command with --cursor ${next}`);
};

const scopeText = ({ scope, catalogId, requestId }: NotificationSubscription): string =>
  [scope.kind === 'team' ? `team ${scope.team}` : scope.kind, catalogId, requestId].filter(Boolean).join(', ');

const stateText = ({ paused }: NotificationSubscription): string =>
  paused === null ? 'on' : `paused: ${printable(paused.reason)}`;

const list = async (context: CommandContext, options: PageOptions): Promise<void> => {
  const answer = await must(context, operations.listSubscriptions, { query: pageOf(options) });
  if (context.format === 'json') return printJson(context, answer);
  if (answer.data.length === 0) return context.terminal.out('Nobody is told of anything yet: devctl notify add.');
  const rows = answer.data.map((subscription) => [
    subscription.id,
    printable(subscription.name),
    `${subscription.channel.kind} ${printable(subscription.channel.target)}`,
    scopeText(subscription),
    subscription.events.join(','),
    stateText(subscription),
  ]);
  context.terminal.out(renderTable(['ID', 'NAME', 'TO', 'ABOUT', 'EVENTS', 'STATE'], rows));
  return printMore(context, answer.pagination?.nextCursor);
};

/** An address that is secret need not stand in the history of a shell. */
const addressOf = ({ terminal }: CommandContext, given: string): string => {
  if (given !== '-') return given;
  const address = terminal.environment['PAO_NOTIFY_URL'];
  if (address === undefined) throw new UsageError('- reads the address from PAO_NOTIFY_URL, which is not set');
  return address;
};

const channelOf = (context: CommandContext, { slack, webhook, email }: AddOptions): NewSubscription['channel'] => {
  const given = [slack, webhook, email].filter((channel) => channel !== undefined);
  if (given.length !== 1) throw new UsageError('give one of --slack, --webhook and --email');
  if (slack !== undefined) return { kind: 'slack', url: addressOf(context, slack) };
  if (webhook !== undefined) return { kind: 'webhook', url: addressOf(context, webhook) };
  return { kind: 'email', to: [...(email ?? [])] };
};

const scheduleOf = ({ hourly, dailyAt, timeZone }: AddOptions): NewSubscription['schedule'] => {
  if (dailyAt === undefined) return { kind: hourly === true ? 'hourly' : 'immediately' };
  return { kind: 'daily', at: dailyAt, timeZone: timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone };
};

const bodyOf = (context: CommandContext, name: string, options: AddOptions): NewSubscription => ({
  name,
  channel: channelOf(context, options),
  schedule: scheduleOf(options),
  // The server checks them and says which there are.
  events: options.events.split(',') as NewSubscription['events'],
  scope:
    options.team === undefined ? { kind: options.all === true ? 'all' : 'own' } : { kind: 'team', team: options.team },
  ...(options.item !== undefined && { catalogId: options.item }),
  ...(options.request !== undefined && { requestId: options.request }),
});

const add = async (context: CommandContext, name: string, options: AddOptions): Promise<void> => {
  const { data } = await must(context, operations.createSubscription, { body: bodyOf(context, name, options) });
  if (context.format === 'json') return printJson(context, data);
  context.terminal.out(`Subscribed: ${data.id}, ${data.channel.kind} to ${printable(data.channel.target)}.`);
  if (data.signingSecret !== undefined)
    context.terminal.out(`Its signing secret, shown only now: ${data.signingSecret}`);
  return context.terminal.out(`Try it: devctl notify test ${data.id}`);
};

const remove = async (context: CommandContext, id: string): Promise<void> => {
  const { data } = await must(context, operations.removeSubscription, { params: { id } });
  return context.format === 'json' ? printJson(context, data) : context.terminal.out('Removed.');
};

const resume = async (context: CommandContext, id: string): Promise<void> => {
  const { data } = await must(context, operations.changeSubscription, { params: { id }, body: { paused: false } });
  return context.format === 'json' ? printJson(context, data) : context.terminal.out('It goes on.');
};

const test = async (context: CommandContext, id: string): Promise<void> => {
  const { data } = await must(context, operations.testSubscription, { params: { id } });
  if (context.format === 'json') return printJson(context, data);
  return context.terminal.out(`A test is on its way. See it: devctl notify deliveries --subscription ${id}`);
};

const resend = async (context: CommandContext, id: string): Promise<void> => {
  const { data } = await must(context, operations.resendDelivery, { params: { id } });
  return context.format === 'json' ? printJson(context, data) : context.terminal.out('It is sent again.');
};

const deliveryRow = (delivery: NotificationDelivery): readonly string[] => [
  delivery.id,
  delivery.event,
  delivery.requestId,
  delivery.status,
  String(delivery.tries),
  delivery.answer ?? '',
  ago(delivery.occurredAt, new Date()),
];

const deliveries = async (
  context: CommandContext,
  { subscription, status, ...page }: DeliveryOptions,
): Promise<void> => {
  const answer = await must(context, operations.listDeliveries, {
    query: {
      ...pageOf(page),
      ...(subscription !== undefined && { subscriptionId: subscription }),
      ...(status !== undefined && { status: status as never }),
    },
  });
  if (context.format === 'json') return printJson(context, answer);
  if (answer.data.length === 0) return context.terminal.out('Nothing was told.');
  const head = ['ID', 'EVENT', 'REQUEST', 'STATUS', 'TRIES', 'ANSWER', 'HAPPENED'];
  context.terminal.out(renderTable(head, answer.data.map(deliveryRow)));
  return printMore(context, answer.pagination?.nextCursor);
};

export const addNotifyCommands = (program: Command, context: () => CommandContext): void => {
  const notify = program.command('notify').description('who is told of what, by Slack, e-mail or a signed webhook');
  const paged = (command: Command): Command =>
    command
      .option('--limit <n>', 'how many at most (1 to 200)', '50')
      .option('--cursor <cursor>', 'the page after this one');
  paged(notify.command('list').description('subscriptions of yours and of your teams')).action((options: PageOptions) =>
    list(context(), options),
  );
  notify
    .command('add')
    .description('subscribe: to your own requests unless told otherwise')
    .argument('<name>')
    .option('--slack <url>', 'an incoming webhook; - reads it from PAO_NOTIFY_URL')
    .option('--webhook <url>', 'a webhook that is signed; - reads it from PAO_NOTIFY_URL')
    .option('--email <address...>', 'e-mail addresses')
    .option('--events <list>', 'comma-separated', 'failed,approval-wanted,approval-reminder,escalated,completed')
    .option('--team <team>', 'approvals that ask this team')
    .option('--all', 'everything of the tenant; for operators and admins')
    .option('--item <id>', 'only of this item or bundle')
    .option('--request <id>', 'only of this request')
    .option('--hourly', 'bundled, at the full hour')
    .option('--daily-at <hh:mm>', 'bundled, once a day')
    .option('--time-zone <zone>', 'of --daily-at; yours when absent')
    .action((name: string, options: AddOptions) => add(context(), name, options));
  const one = (command: string, description: string, run: (context: CommandContext, id: string) => Promise<void>) =>
    notify
      .command(command)
      .description(description)
      .argument('<id>')
      .action((id: string) => run(context(), id));
  one('remove', 'end a subscription', remove);
  one('resume', 'go on with one that is paused', resume);
  one('test', 'send a test message', test);
  one('resend', 'send a delivery again', resend);
  paged(notify.command('deliveries').description('what was told, or is to be, newest first'))
    .option('--subscription <id>', 'only of this one')
    .addOption(new Option('--status <status>', 'only these').choices(['waiting', 'delivered', 'failed', 'expired']))
    .action((options: DeliveryOptions) => deliveries(context(), options));
};
