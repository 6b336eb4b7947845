import { type EscalatedTask, requestEscalatingV1 } from '@pao/contracts';
import type { Result } from '@pao/kernel';
import type { Digest } from '../domain/audit.ts';
import { waitsForPeople } from '../domain/escalation.ts';
import { outlookOf, setupOf } from '../domain/escalation-view.ts';
import { manualTicketOf } from '../domain/manual-ticket.ts';
import { neededOutputs } from '../domain/needed-outputs.ts';
import type { Plan, Selection } from '../domain/plan.ts';
import { completedCount, type Failure, type Request, type Task, taskAt } from '../domain/request.ts';
import type { Platform } from '../domain/scope.ts';
import type { OutboundMessage } from '../ports/outbound-message.ts';
import { concernedTeams } from './concerned-teams.ts';
import { attemptOf } from './decision-views.ts';
import { fitTasks } from './fit-escalation.ts';
import { EVENTS, type MessageContext, message } from './messages.ts';
import { linkingOf } from './ticketed-messages.ts';

/** What the tickets of an escalation are written from. */
export interface EscalationSource {
  /** The failure: the secrets of the request can't be opened, so nothing can be told of its configuration. */
  readonly plan: Result<Plan, Failure>;
  readonly selection: Selection;
  readonly platform: Platform;
  readonly digest: Digest;
}

export interface EscalatingParts {
  readonly before: Request;
  readonly after: Request;
  readonly decidedBy: string;
  readonly reason: string | null;
  readonly source: EscalationSource;
}

export const escalatingMessage = (parts: EscalatingParts, context: MessageContext): OutboundMessage => {
  const { after, decidedBy, reason, source } = parts;
  const linking = linkingOf(source.selection);
  const write = (tasks: EscalatedTask[]): OutboundMessage =>
    message(after, context, {
      contract: requestEscalatingV1,
      destination: EVENTS,
      data: {
        requestId: after.id,
        catalog: after.catalog,
        name: after.name,
        requestedBy: after.requester.email,
        teams: [...(context.teams ?? concernedTeams(after, source.selection))],
        decidedBy,
        ...(reason !== null && { reason }),
        ...(linking && { linking }),
        round: after.escalationRound,
        ...(after.traceId !== null && { traceId: after.traceId }),
        completedTasks: completedCount(after.tasks),
        totalTasks: after.tasks.length,
        escalatedAt: context.at.toISOString(),
        tasks,
      },
    });
  const tasks = after.tasks.map((task) => escalatedTask(task, parts));
  const frame = write([]).body;
  return write(fitTasks(tasks, Buffer.byteLength(frame)));
};

const ownerOf = ({ main, items }: Selection, task: Task): string | undefined =>
  (items.get(task.catalog.id) ?? main).document.metadata.owner?.team;

const escalatedTask = (task: Task, { before, after, source }: EscalatingParts): EscalatedTask => {
  const { id, generation, position, name, component, actionId, type, catalog, startedAt } = task;
  const was = taskAt(before, position);
  const team = ownerOf(source.selection, task);
  const ticketed = waitsForPeople(after, task);
  return {
    id,
    generation,
    position,
    name,
    component,
    actionId,
    type,
    catalogItemId: catalog.id,
    ...(team !== undefined && { team }),
    dependsOn: task.dependsOn.map((other) => taskAt(after, other).id),
    status: statusIn(ticketed ? was : task),
    ...(task.failure !== null && { failure: task.failure as NonNullable<EscalatedTask['failure']> }),
    ...(task.stuck !== null && { stuck: task.stuck }),
    mayHaveHappened: task.stuck === 'outcome-unknown',
    // What was never queued has no effect anywhere that would carry its name.
    ...(task.queuedAt !== null && { attempt: attemptOf(task) }),
    ...(startedAt !== null && { startedAt: startedAt.toISOString() }),
    ticketed,
    outputs: task.outputs as EscalatedTask['outputs'],
    ...(ticketed ? workOn(after, task, source) : { setup: null, needs: [] }),
  };
};

const statusIn = ({ status }: Task): EscalatedTask['status'] => {
  if (status === 'queued' || status === 'processing' || status === 'waiting')
    throw new Error(`a request is escalated while a task of it is ${status}`);
  return status;
};

type Work = Pick<EscalatedTask, 'setup' | 'setupReason' | 'needs' | 'manual'>;

/** What a person has to know to do it. */
const workOn = (request: Request, task: Task, { plan, selection, ...options }: EscalationSource): Work => {
  if (!plan.ok) return { setup: null, setupReason: plan.error.message, needs: [] };
  const { position } = task;
  const view = { plan: plan.value, ...options };
  const { setup, reason } = setupOf(request, position, view);
  // What the document tells people to do instead of the automation makes, and never undoes.
  const manual = task.rollbackOf === null ? manualOf(request, task, selection, view) : undefined;
  return {
    setup: setup as Work['setup'],
    ...(reason !== null && { setupReason: reason }),
    needs: neededOutputs(plan.value, request, position).map(({ output, by }) => ({ output, by })),
    ...(manual && { manual: manual as NonNullable<Work['manual']> }),
  };
};

const manualOf = (
  request: Request,
  task: Task,
  { main, items }: Selection,
  view: Parameters<typeof outlookOf>[3],
): ReturnType<typeof manualTicketOf> => {
  const { document } = items.get(task.catalog.id) ?? main;
  const planned = view.plan.tasks[task.position - 1];
  if (document.kind !== 'CatalogItem' || !planned) return undefined;
  return manualTicketOf(document, outlookOf(request, task, planned, view).scope);
};
