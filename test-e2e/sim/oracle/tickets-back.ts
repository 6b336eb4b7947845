// @boundaries-ignore the code under test
import type { Ticket } from '../../../services/escalation/src/core/domain/tickets/handover.ts';
// @boundaries-ignore the code under test
import type { Request, Task } from '../../../services/request/src/core/domain/request.ts';
import type { Commit } from '../world/history.ts';
import type { Issue } from '../world/jira-issues.ts';
import type { Facts } from './facts.ts';
import { issueOf } from './handovers.ts';

/** How many outputs people write who leave nothing out. */
const ALL = 8;

const ENDED: ReadonlySet<string> = new Set(['completed', 'aborted']);

/** What people do with a ticket comes back to its task, once, and what nobody has to do is said to them. */
export function* ticketsAreHandedBack(facts: Facts): Iterable<string> {
  for (const request of facts.requests) {
    yield* completedOnce(facts, request);
    const handover = facts.handovers.find(({ requestId }) => requestId === request.id);
    for (const ticket of handover?.tickets ?? []) {
      const issue = issueOf(facts.jira, ticket);
      const task = request.tasks.find(({ id }) => id === ticket.taskId);
      if (issue === undefined || issue.isGone || task === undefined) continue;
      yield* cameBack(request, task, ticket, issue);
      yield* isWithdrawn(request, task, ticket, issue);
    }
  }
}

const isHandedOver = ({ status }: Request): boolean => status === 'escalated' || status === 'processing';

/** A ticket that is closed as it should be leaves no task waiting. */
function* cameBack(request: Request, task: Task, { generation }: Ticket, { key, closed, written }: Issue) {
  if (closed?.by !== 'people' || task.generation !== generation || task.status !== 'waiting') return;
  if (!isHandedOver(request)) return;
  const outputs = Object.keys(written.at(-1)?.outputs ?? {});
  if (closed.resolution === 'Done' && outputs.length === ALL)
    yield `HANDED_BACK ${key} was closed as done and its task ${task.id} still waits`;
  if (closed.resolution !== 'Done') yield `HANDED_BACK ${key} was declined and its request ${request.id} still waits`;
}

/** Nobody is left with a ticket for what is over, or what the automation has taken back. */
function* isWithdrawn(request: Request, task: Task, ticket: Ticket, { key, closed, labels, written }: Issue) {
  if (closed !== undefined || !labels.includes('pao-escalation')) return;
  const isOver = ENDED.has(request.status) || task.status === 'completed' || task.generation > ticket.generation;
  // Who opens again what was handed back wants it open.
  if (isOver && written.length === 0) yield `WITHDRAWN ${key} is open, and nobody has to do ${task.id} any more`;
}

/** Completed by a ticket means: a person closed it as done, and what was written there is what the task has now. */
function* completedOnce(facts: Facts, { id }: Request): Iterable<string> {
  const { commitsOf, handovers, jira } = facts;
  const tickets = handovers.find(({ requestId }) => requestId === id)?.tickets ?? [];
  const times = new Map<string, number>();
  for (const commit of commitsOf.get(id) ?? []) {
    for (const { change, taskId } of commit.changes) {
      const task = commit.after.tasks.find((one) => one.id === taskId);
      if (task === undefined) continue;
      const place = `${change} ${task.id} g${task.generation}`;
      times.set(place, (times.get(place) ?? 0) + 1);
      const ticket = tickets.find((one) => one.taskId === task.id && one.generation === task.generation);
      const issue = ticket && issueOf(jira, ticket);
      if (change === 'task-completed-by-hand' && commit.how === 'report')
        yield* saysWhatPeopleWrote(commit, task, issue);
      if (change === 'task-hand-back-refused' && (times.get(place) ?? 0) > 1 + (issue?.written.length ?? 0))
        yield `HANDED_BACK the ticket of ${task.id} was handed back more often than people changed it`;
    }
  }
  yield* isToldOfRefusal(facts, id, times);
  for (const [place, count] of times) {
    if (count > 1 && place.startsWith('task-completed-by-hand')) yield `HANDED_BACK ${place} ${count} times`;
  }
}

/** Whoever closed a ticket with too little can read so on it. */
function* isToldOfRefusal(
  { requests, handovers, jira }: Facts,
  id: string,
  times: ReadonlyMap<string, number>,
): Iterable<string> {
  const request = requests.find((one) => one.id === id);
  const tickets = handovers.find(({ requestId }) => requestId === id)?.tickets ?? [];
  for (const task of request?.status === 'escalated' ? request.tasks : []) {
    if (task.status !== 'waiting' || !times.has(`task-hand-back-refused ${task.id} g${task.generation}`)) continue;
    const ticket = tickets.find((one) => one.taskId === task.id && one.generation === task.generation);
    const issue = ticket && issueOf(jira, ticket);
    if (issue === undefined || issue.isGone) continue;
    if (!issue.comments.some(({ name }) => name?.includes('refused') === true))
      yield `HANDED_BACK ${issue.key} was handed back with too little, which it does not say`;
  }
}

function* saysWhatPeopleWrote(
  { at }: Commit,
  { id, outputs, actionId }: Task,
  issue: Issue | undefined,
): Iterable<string> {
  const written = issue?.written.filter((one) => one.at <= at) ?? [];
  if (issue === undefined || (written.length === 0 && actionId !== 'never' && issue.closed?.by !== 'people')) {
    yield `HANDED_BACK task ${id} was completed by a ticket that nobody closed`;
    return;
  }
  const { closed } = issue;
  if (closed?.by === 'people' && closed.resolution !== 'Done' && closed.at <= at)
    yield `HANDED_BACK task ${id} was completed by ${issue.key}, which says that it won't be done`;
  // Read at any time, what is there is all that was written until then, the newest first of all.
  const readings = written.map((_, index) =>
    Object.assign({}, ...written.slice(0, index + 1).map((one) => one.outputs)),
  );
  // Who closed it with nothing, and thought better of it, had handed that nothing back.
  const [first] = written;
  if (first !== undefined && (issue.firstClosedAt ?? first.at) < first.at) readings.unshift({});
  if (first !== undefined && !readings.some((reading) => isReadAs(outputs, reading)))
    yield `OUTPUTS task ${id} has ${JSON.stringify(outputs)}, which nobody wrote into ${issue.key}`;
}

const isReadAs = (outputs: Readonly<Record<string, unknown>>, reading: Readonly<Record<string, unknown>>): boolean =>
  Object.entries(reading).every(([name, value]) => outputs[name] === value) &&
  Object.entries(outputs).every(([name, value]) => !String(value).startsWith('hand-') || reading[name] === value);
