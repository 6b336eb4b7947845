import { createHash } from 'node:crypto';
// @boundaries-ignore the code under test
import type { Change } from '../../../services/request/src/core/domain/audit.ts';
// @boundaries-ignore the code under test
import type { Request } from '../../../services/request/src/core/domain/request.ts';
import type { Facts } from './facts.ts';

/** The chain as its format is published, not as the product computes it. */
const hashOf = (requestId: string, previous: string, row: Change): string => {
  const { sequence, at, actor, change, taskId, from, to, correlationId, traceId, reason, generation } = row;
  const facts = [
    previous,
    requestId,
    sequence,
    at.toISOString(),
    actor,
    change,
    taskId,
    from,
    to,
    correlationId,
    traceId,
  ];
  const added = reason === null && generation === null ? [] : [reason, generation];
  return createHash('sha256')
    .update(JSON.stringify([...facts, ...added]))
    .digest('hex');
};

/** Every change is told once, in order, in a chain that can be made again. */
export function* auditIsWhole({ requests, audit, commitsOf }: Facts): Iterable<string> {
  for (const request of requests) {
    const rows = audit.get(request.id) ?? [];
    yield* chainHolds(request, rows);
    yield* tellsAll(request, rows);
    const written = (commitsOf.get(request.id) ?? []).flatMap(({ changes }) => changes).length;
    if (written !== rows.length) yield `AUDIT request ${request.id} has ${rows.length} rows, ${written} were written`;
  }
}

function* chainHolds({ id, audit }: Request, rows: readonly Change[]): Iterable<string> {
  let previous = '';
  for (const [index, row] of rows.entries()) {
    if (row.sequence !== index + 1) yield `AUDIT row ${index + 1} of ${id} has the sequence ${row.sequence}`;
    if (row.hash !== hashOf(id, previous, row)) yield `AUDIT row ${index + 1} of ${id} does not continue the chain`;
    previous = row.hash;
  }
  if (audit.sequence !== rows.length || audit.hash !== previous)
    yield `AUDIT request ${id} knows another end of its chain`;
}

/** From state to state without a gap, to where each is now. */
function* tellsAll(request: Request, rows: readonly Change[]): Iterable<string> {
  const state = new Map<string | null, string | null>([[null, null]]);
  for (const { id } of request.tasks) state.set(id, 'pending');
  for (const { taskId, from, to, change } of rows) {
    // A stage of the approvals has states of its own.
    if (change.startsWith('approval-')) continue;
    if (state.get(taskId) !== from)
      yield `AUDIT ${change} of ${taskId ?? request.id} goes from ${from}, it was ${state.get(taskId)}`;
    state.set(taskId, to);
  }
  if (state.get(null) !== request.status)
    yield `AUDIT request ${request.id} is ${request.status}, its audit ends with ${state.get(null)}`;
  for (const { id, status } of request.tasks) {
    if (state.get(id) !== status) yield `AUDIT task ${id} is ${status}, its audit ends with ${state.get(id)}`;
  }
}
