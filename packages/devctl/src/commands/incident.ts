import { type Incident, type IncidentDetails, operations, runbookPageOf } from '@pao/contracts';
import type { Command } from 'commander';
import { type CommandContext, must, printJson } from '../context.ts';
import { ago, printable, renderTable } from '../output.ts';
import { type DecideOptions, isConfirmed } from './decide.ts';
import { plain } from './explain.ts';

interface PageOptions {
  readonly limit: string;
  readonly cursor?: string;
}

interface ListOptions extends PageOptions {
  readonly status?: 'open' | 'closed';
  readonly item?: string;
  readonly code?: string;
  readonly host?: string;
}

interface CloseOptions extends DecideOptions {
  readonly reason: string;
}

const pageOf = ({ limit, cursor }: PageOptions) => ({ limit: Number(limit), ...(cursor !== undefined && { cursor }) });

const printMore = ({ terminal }: CommandContext, next: string | null | undefined): void => {
  if (next !== null && next !== undefined) terminal.out(`\nMore: the same command with --cursor ${next}`);
};

const list = async (context: CommandContext, options: ListOptions): Promise<void> => {
  const { status, item, code, host } = options;
  const answer = await must(context, operations.listIncidents, {
    query: {
      ...pageOf(options),
      // The server checks the filters and says what it knows.
      ...(status !== undefined && { status }),
      ...(item !== undefined && { catalogId: item }),
      ...(code !== undefined && { failureCode: code }),
      ...(host !== undefined && { targetHost: host }),
    },
  });
  if (context.format === 'json') return printJson(context, answer);
  if (answer.data.length === 0) return context.terminal.out('No incidents fit.');
  const now = new Date();
  const rows = answer.data.map((incident) => [
    incident.id,
    incident.status,
    String(incident.requestCount),
    String(incident.waitingCount),
    String(incident.stuckCount),
    ago(incident.lastAt, now),
    incident.title,
  ]);
  context.terminal.out(renderTable(['ID', 'STATUS', 'REQUESTS', 'WAITING', 'STUCK', 'LAST', 'WHAT'], rows));
  return printMore(context, answer.pagination?.nextCursor);
};

const countsOf = ({ count, requestCount, waitingCount, stuckCount, firstAt, lastAt }: Incident): string =>
  `${count} failures of ${requestCount} requests from ${firstAt} to ${lastAt}; ${waitingCount} wait, ${stuckCount} of them may have taken effect`;

/** What would have all of its requests go on, once the cause is gone. */
const adviceOf = ({ id, waitingCount, stuckCount, status, fingerprint }: Incident): readonly string[] => {
  const explain = runbookPageOf(fingerprint.failureCode) ? [`More: devctl explain ${fingerprint.failureCode}`] : [];
  if (waitingCount === 0) return explain;
  return [
    'Can be done now:',
    `  devctl request retry --incident ${id}`,
    '      Once the cause is gone; it shows first what it would run again.',
    ...(stuckCount > 0
      ? [`      What may have taken effect is left out: look at each, or add --acknowledge-unknown once you have.`]
      : []),
    ...(status === 'open' ? [`  devctl incident close ${id} --reason <why>`] : []),
    ...explain,
  ];
};

const printIncident = (context: CommandContext, incident: IncidentDetails): void => {
  const { terminal } = context;
  const page = runbookPageOf(incident.fingerprint.failureCode);
  terminal.out(`${incident.status}: ${printable(incident.title)}\n${countsOf(incident)}`);
  if (page) terminal.out(`Means: ${plain(page.meaning)} Who can mend it: ${page.owner}.`);
  if (incident.closed !== null) {
    const by = incident.closed.by === null ? 'by itself' : `by ${printable(incident.closed.by)}`;
    terminal.out(`Closed ${by} at ${incident.closed.at}: ${printable(incident.closed.reason)}`);
  }
  const rows = incident.requests.map(({ requestId, name, requestedBy, waiting, stuck, failedAt, message }) => [
    requestId,
    waiting ? (stuck ?? 'waits') : 'went on',
    name,
    requestedBy,
    failedAt,
    message,
  ]);
  terminal.out(`\n${renderTable(['REQUEST', 'STATE', 'NAME', 'BY', 'FAILED', 'FAILURE'], rows)}\n`);
  for (const line of adviceOf(incident)) terminal.out(line);
};

const show = async (context: CommandContext, id: string, options: PageOptions): Promise<void> => {
  const answer = await must(context, operations.getIncident, { params: { id }, query: pageOf(options) });
  if (context.format === 'json') return printJson(context, answer);
  printIncident(context, answer.data);
  return printMore(context, answer.pagination?.nextCursor);
};

const close = async (context: CommandContext, id: string, options: CloseOptions): Promise<void> => {
  const { data: incident } = await must(context, operations.getIncident, { params: { id }, query: { limit: 1 } });
  if (context.format === 'table') context.terminal.out(`${printable(incident.title)}\n${countsOf(incident)}`);
  if (!(await isConfirmed(context, 'Close it? Its requests stay as they are.', options))) return undefined;
  const { data } = await must(context, operations.closeIncident, { params: { id }, body: { reason: options.reason } });
  return context.format === 'json' ? printJson(context, data) : context.terminal.out('The incident is closed.');
};

const withPage = (command: Command): Command =>
  command
    .option('--limit <n>', 'how many at most (1 to 200)', '50')
    .option('--cursor <cursor>', 'the page after this one');

export const addIncidentCommands = (program: Command, context: () => CommandContext): void => {
  const incident = program.command('incident').description('failures that repeat, each as one');
  withPage(incident.command('list'))
    .description('incidents; what opened last comes first')
    .option('--status <status>', 'only open, or only closed ones')
    .option('--item <id>', 'only of this item or bundle')
    .option('--code <code>', 'only with this failure code')
    .option('--host <host>', 'only at this host of a target')
    .action((options: ListOptions) => list(context(), options));
  withPage(incident.command('show'))
    .description('one incident with its requests, and the command that retries them all')
    .argument('<id>')
    .action((id: string, options: PageOptions) => show(context(), id, options));
  incident
    .command('close')
    .description('say that an incident is over (platform teams, operators and admins)')
    .argument('<id>')
    .requiredOption('--reason <text>', 'why; everybody sees it')
    .option('--yes', 'do not ask')
    .action((id: string, options: CloseOptions) => close(context(), id, options));
};
