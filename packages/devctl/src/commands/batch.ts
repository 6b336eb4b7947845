import type { CallError, Client } from '@pao/client';
import { operations, type RequestSummary, type RetryPreview } from '@pao/contracts';
import type { Result } from '@pao/kernel';
import type { Command } from 'commander';
import { type CommandContext, must, printJson } from '../context.ts';
import { SomeFailed, UsageError } from '../failures.ts';
import { renderTable } from '../output.ts';
import { isConfirmed } from './decide.ts';
import { waitingRequestsOf } from './incident-requests.ts';

/** What is decided about many requests at once. */
export interface BatchOptions {
  readonly status?: string;
  readonly item?: string;
  readonly team?: string;
  readonly since?: string;
  readonly incident?: string;
  readonly limit?: string;
  readonly reason?: string;
  readonly yes?: boolean;
  readonly acknowledgeUnknown?: boolean;
  readonly watch?: boolean;
}

export type Verb = 'retry' | 'abort' | 'escalate';

/** What would become of one request, and with which version it was looked at; without one it is left out. */
interface Prospect {
  readonly request: RequestSummary;
  readonly version?: number;
  readonly means: string;
}

interface BatchResult {
  readonly id: string;
  readonly name: string;
  readonly outcome: 'done' | 'left out' | 'failed';
  readonly message: string;
}

const PAGE = 200;
const DEFAULT_LIMIT = 50;

export const isBatch = ({ status, item, team, since, incident }: BatchOptions): boolean =>
  [status, item, team, since, incident].some((filter) => filter !== undefined);

const find = async (context: CommandContext, options: BatchOptions): Promise<readonly RequestSummary[]> => {
  const { status = 'failed', item, team, since, incident, limit = String(DEFAULT_LIMIT) } = options;
  const wanted = Number(limit);
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > PAGE) throw new UsageError(`--limit is 1 to ${PAGE}`);
  if (incident !== undefined) {
    if ([options.status, item, team, since].some((filter) => filter !== undefined))
      throw new UsageError('--incident stands alone: it says already which requests');
    return waitingRequestsOf(context, incident, wanted);
  }
  const { data } = await must(context, operations.listRequests, {
    query: {
      ...{ status, limit: wanted, sort: 'createdAt' as const },
      ...(item !== undefined && { catalogItemId: item }),
      ...(team !== undefined && { team }),
      ...(since !== undefined && { since }),
    },
  });
  return data;
};

const tasks = (count: number): string => `${count} ${count === 1 ? 'task' : 'tasks'}`;

const retryProspect = (request: RequestSummary, preview: RetryPreview, acknowledged: boolean): Prospect => {
  const { version, again, following, mayHaveHappened } = preview;
  const names = mayHaveHappened.map(({ position, name }) => `${position} ${name}`).join(', ');
  if (preview.acknowledgementNeeded && !acknowledged)
    return { request, means: `left out: may have happened already: ${names}` };
  const unknown = names === '' ? '' : `; may have happened already: ${names}`;
  return { request, version, means: `runs ${tasks(again.length)} again, then ${following.length} more${unknown}` };
};

const reasonAgainst = (error: CallError): string =>
  error.kind === 'refused' ? `${error.error.code}: ${error.error.message}` : error.kind;

/** Refusals concern one request, and the others go on; where nobody answers, nothing does. */
const orRefused = <T>(result: Result<T, CallError>): Result<T, CallError> => {
  if (!result.ok && result.error.kind !== 'refused')
    throw new UsageError(`PAO did not answer (${result.error.kind}); what is not shown as done can be asked for again`);
  return result;
};

const look = async (
  { client, terminal: { signal } }: CommandContext,
  verb: Verb,
  request: RequestSummary,
  acknowledged: boolean,
): Promise<Prospect> => {
  const input = { params: { id: request.id }, signal };
  if (verb === 'retry') {
    const preview = orRefused(await client.call(operations.previewRetry, input));
    return preview.ok
      ? retryProspect(request, preview.value.data, acknowledged)
      : { request, means: `left out: ${reasonAgainst(preview.error)}` };
  }
  const found = orRefused(await client.call(operations.getRequest, input));
  if (!found.ok) return { request, means: `left out: ${reasonAgainst(found.error)}` };
  const { version, progress } = found.value.data;
  const left = progress.total - progress.completed - (progress.skipped ?? 0);
  const means =
    verb === 'abort' ? `${tasks(progress.completed)} done stay so, ${left} end` : `${tasks(left)} to people`;
  return { request, version, means };
};

/** The key is that of this decision about this version: whoever asks twice decides once. */
const decide = (client: Client, verb: Verb, { request, version = 0 }: Prospect, options: BatchOptions) => {
  const about = { version, ...(options.reason !== undefined && { reason: options.reason }) };
  const input = { params: { id: request.id }, idempotencyKey: `batch-${verb}-${request.id}-${version}` };
  if (verb === 'abort') return client.call(operations.abortRequest, { ...input, body: about });
  if (verb === 'escalate') return client.call(operations.escalateRequest, { ...input, body: about });
  const acknowledgeUnknown = options.acknowledgeUnknown === true;
  return client.call(operations.retryRequest, { ...input, body: { ...about, acknowledgeUnknown } });
};

const carryOut = async (
  { client, terminal }: CommandContext,
  verb: Verb,
  prospects: readonly Prospect[],
  options: BatchOptions,
): Promise<readonly BatchResult[]> => {
  const results: BatchResult[] = [];
  for (const prospect of prospects) {
    const about = { id: prospect.request.id, name: prospect.request.name };
    if (prospect.version === undefined || terminal.signal.aborted) {
      const message = prospect.version === undefined ? prospect.means : 'interrupted';
      results.push({ ...about, outcome: 'left out', message });
      continue;
    }
    const decided = await decide(client, verb, prospect, options);
    results.push(
      decided.ok
        ? { ...about, outcome: 'done', message: decided.value.data.status }
        : { ...about, outcome: 'failed', message: reasonAgainst(decided.error) },
    );
  }
  return results;
};

const ofWhom = ({ name, catalogId, requestedBy }: RequestSummary) => [name, catalogId, requestedBy];

/** One after the other, each for itself. What was shown is what is decided about: a request that changed meanwhile is refused. */
export const decideBatch = async (context: CommandContext, verb: Verb, options: BatchOptions): Promise<void> => {
  const { terminal, format } = context;
  if (options.watch === true) throw new UsageError('--watch follows one request');
  const prospects: Prospect[] = [];
  for (const request of await find(context, options))
    prospects.push(await look(context, verb, request, options.acknowledgeUnknown === true));
  const rows = prospects.map(({ request, means }) => [request.id, ...ofWhom(request), means]);
  if (format === 'table' && rows.length > 0)
    terminal.out(`${renderTable(['ID', 'NAME', 'CATALOG', 'BY', verb.toUpperCase()], rows)}\n`);
  const count = prospects.filter(({ version }) => version !== undefined).length;
  if (count > 0 && options.yes !== true && terminal.confirm === undefined)
    throw new UsageError(`nothing was changed: to ${verb} these ${count}, say --yes`);
  if (count > 0 && !(await isConfirmed(context, `${verb} these ${count} of ${prospects.length}?`, options))) return;
  const results = await carryOut(context, verb, prospects, options);
  if (format === 'json') printJson(context, results);
  else if (count === 0) terminal.out(`There is nothing to ${verb}.`);
  else
    terminal.out(
      renderTable(
        ['ID', 'NAME', 'OUTCOME', ''],
        results.map((result) => Object.values(result)),
      ),
    );
  const failed = results.filter(({ outcome }) => outcome === 'failed').length;
  if (failed > 0) throw new SomeFailed(`${failed} of ${results.length} failed; run the same command again for those`);
};

/** The filters that make a decision about one request one about many. */
export const withBatch = (command: Command): Command =>
  command
    .option('--status <status>', 'in place of an id: all in this state; failed when another filter is given')
    .option('--item <id>', 'in place of an id: all of this item')
    .option('--team <team>', 'in place of an id: all asked for by members of this team')
    .option('--since <time>', 'in place of an id: all created then or later')
    .option('--incident <id>', 'in place of an id: all that wait because of this incident')
    .option('--limit <n>', `of many, at most so many, oldest first (1 to ${PAGE}, ${DEFAULT_LIMIT} when absent)`);

/** One by its id, or many by filters. */
export const oneOrMany = <Options extends BatchOptions>(
  verb: Verb,
  context: () => CommandContext,
  one: (context: CommandContext, id: string, options: Options) => Promise<void>,
) => {
  return (id: string | undefined, options: Options): Promise<void> => {
    if (id !== undefined && isBatch(options)) throw new UsageError('give an id or filters, not both');
    if (id !== undefined) return one(context(), id, options);
    if (!isBatch(options)) throw new UsageError(`give an id, or filter the requests to ${verb}: --status failed`);
    return decideBatch(context(), verb, options);
  };
};
