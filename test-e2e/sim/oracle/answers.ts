import type { DecisionTry } from '../world/history.ts';
import type { Facts } from './facts.ts';

/** What people were answered is so, and stays so. */
export function* answersHold({ history, requests }: Facts): Iterable<string> {
  const byId = new Map(requests.map((request) => [request.id, request]));
  for (const { by, key, names, answers, refusals } of history.submissions) {
    // Whether a quota was rightly in the way is another rule's.
    for (const kind of refusals.filter((one) => one !== 'quota-exceeded'))
      yield `OWN_KEY ${by} was refused with ${kind}, and had used key ${key} for nothing else`;
    for (const answer of answers) {
      for (const { id, name, catalogVersion } of answer.requests) {
        const stored = byId.get(id);
        if (stored === undefined) yield `ACCEPTED_EXISTS request ${id} was accepted and is not there`;
        else if (stored.requester.id !== by)
          yield `OWN_ANSWER ${by} was answered with a request of ${stored.requester.id}`;
        else if (stored.catalog.version !== catalogVersion)
          yield `PINNED request ${id} is of another version than its answer said`;
        if (key !== undefined && answers.length > 1 && id !== idOf(answers[0], name))
          yield `ONE_ANSWER key ${key} of ${by} was answered in two ways`;
        // A key that was used before is answered as then, whatever is asked for now: only where the body is the same.
        if (!names.includes(name)) yield `OWN_ANSWER ${by} asked for ${names.join(', ')} and was answered with ${name}`;
      }
    }
    for (const name of names) {
      const made = requests.filter((request) => request.name === name);
      if (made.length > 1) yield `ONCE ${name} exists ${made.length} times`;
    }
  }
  yield* decisionsHold(history.decisions);
}

const idOf = (answer: Facts['history']['submissions'][number]['answers'][number] | undefined, name: string) =>
  answer?.requests.find((request) => request.name === name)?.id;

function* decisionsHold(decisions: readonly DecisionTry[]): Iterable<string> {
  const won = new Map<string, DecisionTry>();
  for (const decision of decisions) {
    const { answers, requestId, version, key } = decision;
    if (answers.length === 0) continue;
    if (key !== undefined && new Set(answers).size > 1) yield `ONE_ANSWER decision ${key} was answered in two ways`;
    if (version === undefined) continue;
    const place = `${requestId} at version ${version}`;
    if (won.has(place)) yield `COMPARE_AND_SET two decisions won about ${place}`;
    won.set(place, decision);
  }
}
