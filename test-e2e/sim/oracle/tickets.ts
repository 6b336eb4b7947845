// @boundaries-ignore the code under test
import type { Handover, Ticket } from '../../../services/escalation/src/core/domain/tickets/handover.ts';
// @boundaries-ignore the code under test
import type { Request, Task } from '../../../services/request/src/core/domain/request.ts';
import type { TicketMade } from '../world/history.ts';
import { textOf } from '../world/jira-issues.ts';
import { partsOfKey } from './expectations.ts';
import type { Facts } from './facts.ts';
import { issueOf } from './handovers.ts';

/** What people are shown before they may have a ticket created a second time. */
const DOUBTFUL: ReadonlySet<string | undefined> = new Set(['OUTCOME_UNKNOWN', 'SEVERAL_TICKETS']);

/** Every task that people have to do has one ticket, which says what is so, and stands where it belongs. */
export function* ticketsAreMade(facts: Facts): Iterable<string> {
  yield* madeOnce(facts);
  for (const made of facts.history.tickets) yield* wasWanted(facts, made);
  for (const handover of facts.handovers) {
    const request = facts.requests.find(({ id }) => id === handover.requestId);
    if (request === undefined) continue;
    for (const ticket of handover.tickets) yield* isOurs(facts, ticket);
    if (request.status === 'escalated') yield* areAllThere(facts, request, handover);
  }
}

/** A ticket is created a second time only for who was told that it may be there, and said so all the same. */
function* madeOnce({ history: { tickets, mends } }: Facts): Iterable<string> {
  const before = new Map<string, number>();
  const keys = new Set<string>();
  for (const { key, sentAt } of tickets) {
    if (keys.has(key)) yield `ONE_TICKET ${key} was created twice`;
    keys.add(key);
    const { taskId, generation } = partsOfKey(key);
    const task = `${taskId} g${generation}`;
    const times = before.get(task) ?? 0;
    before.set(task, times + 1);
    const allowed = mends.filter(
      (mend) =>
        mend.taskId === taskId &&
        mend.generation === generation &&
        mend.acknowledged &&
        mend.key === undefined &&
        DOUBTFUL.has(mend.shown) &&
        mend.at <= sentAt,
    );
    if (times > allowed.length) yield `ONE_TICKET ${task} has ${times + 1} tickets, and nobody wanted another`;
  }
}

/** Its task had been handed to people in this generation, and it says whether that task may have happened. */
function* wasWanted({ commitsOf, taskOf }: Facts, { key, sentAt, issue }: TicketMade): Iterable<string> {
  const { taskId, generation } = partsOfKey(key);
  const request = taskOf.get(taskId)?.request;
  const handed = (commitsOf.get(request?.id ?? '') ?? []).find(
    ({ after, changes }) =>
      changes.some(({ change }) => change === 'request-escalating') &&
      after.tasks.some((task) => task.id === taskId && task.generation === generation && task.status === 'waiting'),
  );
  if (handed === undefined || handed.at > sentAt) {
    yield `TICKET_WANTED ${key} was created and its task is not in the hands of people`;
    return;
  }
  const was = handed.before?.tasks.find(({ id }) => id === taskId);
  const mayHaveHappened = was?.stuck === 'outcome-unknown';
  const says = textOf(issue.fields['description']).includes('it may have happened');
  if (says !== mayHaveHappened) yield `HONEST ${key} says ${says ? '' : 'not '}that its task may have happened`;
}

/** What the ledger takes for the ticket is what was created for it, or what a person named. */
function* isOurs({ history, jira }: Facts, ticket: Ticket): Iterable<string> {
  const { taskId, generation } = ticket;
  const issue = issueOf(jira, ticket);
  if (issue === undefined) return;
  const made = history.tickets.some(
    ({ issue: other, key }) => other === issue && key.startsWith(`pao-${taskId}-g${generation}-`),
  );
  const isWatched = issue.labels.includes('pao-waiting') && issue.copyOf === undefined;
  const isNamed = history.mends.some((mend) => mend.taskId === taskId && mend.key !== undefined);
  // Of a copy whose original people have deleted nobody can tell.
  const original = jira.issues.find(({ id }) => id === issue.copyOf);
  if (!made && !isNamed && !isWatched && original?.isGone !== true)
    yield `TICKET_OURS ${issue.key} is taken for the ticket of ${taskId} g${generation}`;
}

/** Who waits for people has a ticket that is known, or a reason why not; and what blocks it, blocks its ticket. */
function* areAllThere({ jira }: Facts, request: Request, handover: Handover): Iterable<string> {
  const ticketOf = ({ id, generation }: Task): Ticket | undefined =>
    handover.tickets.find((ticket) => ticket.taskId === id && ticket.generation === generation);
  for (const task of request.tasks) {
    if (task.status !== 'waiting') continue;
    const ticket = ticketOf(task);
    if (ticket === undefined) {
      yield `TICKET_EACH task ${task.id} g${task.generation} waits for people and has no ticket`;
      continue;
    }
    if (ticket.issue !== null && task.ticket === null)
      yield `TICKET_TOLD ${ticket.issue.key} is the ticket of ${task.id}, which does not know it`;
    const issue = issueOf(jira, ticket);
    if (issue?.closed?.by === 'machine') yield `TICKET_EACH ${issue.key} was closed and its task still waits`;
    for (const blocker of blockersOf(task, request)) {
      const other = ticketOf(blocker);
      const before = other && issueOf(jira, other);
      if (!issue || issue.isGone || !before || before.isGone) continue;
      const links = issue.links.filter((link) => link.blocker === before);
      if (links.length !== 1) yield `LINKED ${before.key} and ${issue.key} are linked ${links.length} times`;
    }
  }
}

/** What it depends on and people still have to do; through what is over already. */
const blockersOf = (task: Task, { tasks }: Request): readonly Task[] =>
  task.dependsOn.flatMap((position) => {
    const before = tasks[position - 1];
    return before?.status === 'waiting' ? [before] : [];
  });
