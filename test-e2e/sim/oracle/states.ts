import type { Commit } from '../world/history.ts';
import { expectedStatus, isSettled, isUnderWay } from './expectations.ts';
import type { Facts } from './facts.ts';

/** Every request comes to rest, its state is what its tasks make of it, and whoever has to act is told. */
export function* statesFollow(facts: Facts): Iterable<string> {
  if (facts.restless.length > 0) yield `LIVENESS the system did not come to rest: ${facts.restless.join(', ')}`;
  for (const request of facts.requests) {
    const { id, status, tasks } = request;
    if (!isSettled(request))
      yield `LIVENESS request ${id} is ${status} for ever: ${tasks.map((task) => task.status).join(', ')}`;
    const expected = expectedStatus(request);
    if (status !== expected) yield `FOLD request ${id} is ${status}, its tasks make it ${expected}`;
    if ((status === 'completed' || status === 'aborted') && tasks.some(isUnderWay))
      yield `FOLD request ${id} is ${status} with tasks under way`;
    yield* versionsRise(facts.commitsOf.get(id) ?? []);
    yield* isEscalated(facts, id, status);
  }
}

/** Each change is made of the state that was there, and ended states stay. */
function* versionsRise(commits: readonly Commit[]): Iterable<string> {
  for (const { before, after } of commits) {
    if (before === undefined) continue;
    // Somebody who had not heard it may be told once more how it is; nothing else happens to it then.
    const isTold = after.version === before.version && JSON.stringify(after) === JSON.stringify(before);
    if (after.version !== before.version + 1 && !isTold)
      yield `VERSIONS ${after.id} went from version ${before.version} to ${after.version}`;
    if ((before.status === 'completed' || before.status === 'aborted') && !isTold)
      yield `FINAL ${after.id} was changed after it was ${before.status}`;
    for (const task of after.tasks) {
      const then = before.tasks[task.position - 1];
      if (then === undefined) continue;
      if (task.generation < then.generation) yield `GENERATIONS task ${task.id} went back`;
      if (then.status === 'completed' && (task.status !== 'completed' || task.outputs !== then.outputs))
        yield `FINAL completed task ${task.id} was changed`;
    }
  }
}

function* isEscalated({ escalations }: Facts, id: string, status: string): Iterable<string> {
  const open = escalations.filter((escalation) => escalation.requestId === id && escalation.status === 'open');
  if (status === 'escalated') return;
  const expected = status === 'failed' ? 1 : 0;
  if (open.length !== expected) yield `ESCALATED request ${id} is ${status} and has ${open.length} open escalations`;
}
