import type { Commit } from '../world/history.ts';
import type { Facts } from './facts.ts';

/** Which change of a request's state is told by which event. */
const TOLD: Readonly<Record<string, string>> = {
  'request-completed': 'request-completed.v1',
  'request-failed': 'request-failed.v1',
  'request-aborted': 'request-aborted.v1',
  'request-escalating': 'request-escalating.v1',
  'request-retrying': 'request-retried.v1',
  'request-submitted': 'request-submitted.v1',
};

/** Every change that others must know of is told once, and in the order in which it happened. */
export function* messagesAreTold({ history, commitsOf }: Facts): Iterable<string> {
  for (const [id, commits] of commitsOf) {
    const messages = commits.flatMap((commit) => commit.messages);
    const events = messages.filter(({ destination }) => destination === 'topic:request-events');
    const published = history.lanes.get(`topic:request-events ${id}`) ?? [];
    const order = events.map((event) => event.id);
    if (order.join() !== published.join())
      yield `EVENTS of ${id} were published in another order, or not all of them, than they happened`;
    yield* tellsItsChanges(id, commits);
    yield* commandsEach(id, commits);
  }
}

function* tellsItsChanges(id: string, commits: readonly Commit[]): Iterable<string> {
  for (const { changes, messages } of commits) {
    for (const { change, taskId } of changes) {
      const type = taskId === null ? TOLD[change] : undefined;
      if (type !== undefined && !messages.some((message) => message.type === type))
        yield `EVENTS of ${id}: ${change} is not told`;
    }
  }
}

/** Who is queued is commanded, with the same commit. */
function* commandsEach(id: string, commits: readonly Commit[]): Iterable<string> {
  for (const { changes, messages } of commits) {
    for (const { change, taskId } of changes) {
      if (change !== 'task-queued') continue;
      const told = messages.some(
        ({ type, dedupId }) => type === 'execute-task.v1' && dedupId.startsWith(`${taskId}-g`),
      );
      if (!told) yield `EVENTS of ${id}: task ${taskId} is queued and nobody is told to do it`;
    }
  }
}
