import { setTimeout as sleep } from 'node:timers/promises';
import { StreamError } from '@pao/client';
import { operations, type RequestChange, type RequestDetails } from '@pao/contracts';
import { type CommandContext, must, printJson } from '../context.ts';
import { RequestNotCompleted } from '../failures.ts';
import { paintStatus, printable } from '../output.ts';

/** States in which nothing moves any more without a person. */
const AT_REST: ReadonlySet<string> = new Set(['completed', 'failed', 'aborted', 'escalated', 'awaiting-approval']);

const RECONNECT_MS = 1_000;

const printChange = (context: CommandContext, request: RequestDetails, change: RequestChange): void => {
  if (context.format === 'json') return context.terminal.out(JSON.stringify(change));
  const task = request.tasks.find((candidate) => candidate.id === change.taskId);
  const subject = task === undefined ? printable(request.name) : `  ${task.position}. ${printable(task.name)}`;
  // What happens to an approval names a state of the approval, not of the request; a ticket that opens changes no state.
  const detail =
    change.change.startsWith('approval-') || change.from === change.to
      ? `${change.change}, ${printable(change.reason ?? '')}`
      : undefined;
  return context.terminal.out(`${change.at}  ${subject}: ${detail ?? paintStatus(context.terminal, change.to)}`);
};

const atRest = (change: RequestChange): boolean => change.taskId === undefined && AT_REST.has(change.to);

/** Follows the stream from `after` on; answers the last sequence seen and whether the request came to rest. */
const follow = async (
  context: CommandContext,
  request: RequestDetails,
  after: number,
): Promise<{ readonly sequence: number; readonly rest: boolean }> => {
  let sequence = after;
  const input = {
    params: { id: request.id },
    signal: context.terminal.signal,
    ...(after === 0 ? {} : { lastEventId: String(after) }),
  };
  try {
    for await (const change of context.client.stream(operations.streamRequestEvents, input)) {
      sequence = change.sequence;
      printChange(context, request, change);
      if (atRest(change)) {
        // Later events, if the replay holds some, tell whether it really rests there.
        const { data } = await must(context, operations.getRequestStatus, { params: { id: request.id } });
        if (data.status === change.to) return { sequence, rest: true };
      }
    }
  } catch (thrown) {
    if (context.terminal.signal.aborted) throw thrown;
    if (thrown instanceof StreamError && thrown.error.kind === 'refused') throw thrown;
  }
  return { sequence, rest: false };
};

const watchOne = async (context: CommandContext, id: string): Promise<RequestDetails> => {
  const { data: request } = await must(context, operations.getRequest, { params: { id } });
  let sequence = 0;
  for (;;) {
    const seen = await follow(context, request, sequence);
    if (seen.rest) break;
    sequence = seen.sequence;
    await sleep(RECONNECT_MS, undefined, { signal: context.terminal.signal });
  }
  return (await must(context, operations.getRequest, { params: { id } })).data;
};

const printEnd = (context: CommandContext, request: RequestDetails): void => {
  if (context.format === 'json') return printJson(context, request);
  if (request.failure !== null) {
    context.terminal.out(
      `${request.failure.code} at ${request.failure.actionId}: ${printable(request.failure.message)}`,
    );
    if (request.failure.stuck === 'outcome-unknown') {
      context.terminal.out('Nobody knows whether it took effect: check the target before anyone repeats it.');
    }
  }
  return undefined;
};

/** Prints every change of the requests, one request after the other, until each is done or waits for a person. */
export const watchRequests = async (context: CommandContext, ids: readonly string[]): Promise<void> => {
  const ended: RequestDetails[] = [];
  for (const id of ids) {
    const request = await watchOne(context, id);
    printEnd(context, request);
    ended.push(request);
  }
  const open = ended.filter((request) => request.status !== 'completed');
  if (open.length > 0)
    throw new RequestNotCompleted(open.map((request) => `${request.id} is ${request.status}`).join(', '));
};
