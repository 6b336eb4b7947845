import { setTimeout as sleep } from 'node:timers/promises';
import { operations, type RequestDetails } from '@pao/contracts';
import { labelOf } from './world/outside.ts';
import type { World } from './world/world.ts';

/** What stopped, and what somebody decided about it. */
export interface Decision {
  readonly requestId: string;
  readonly taskId: string;
  readonly generation: number;
  readonly stuck: string | null;
  readonly code: string;
  readonly decided: 'retry' | 'escalate';
}

export interface People {
  readonly decisions: readonly Decision[];
  stop(): Promise<void>;
}

const EVERY_MS = 400;
const PAGE = 100;

/** How many looks a ticket may be missing for. */
const PATIENCE = 12;

/** Every second one is done by hand: its tickets are closed, and automation goes on behind them. */
const ESCALATED = 2;

/**
 * The people in front of the system: they look at every request that stopped and decide. A decision that was lost with the process
 * that took it is taken again, since the request still waits for it.
 */
export const startPeople = (world: World): People => {
  const { client, outside } = world;
  const decisions: Decision[] = [];
  const missing = new Map<string, number>();
  let isStopping = false;

  const noteOf = (request: RequestDetails): Omit<Decision, 'decided'> | undefined => {
    const { failure, tasks, id } = request;
    const task = tasks.find((one) => one.id === failure?.taskId);
    if (failure === null || task === undefined) return undefined;
    return { requestId: id, taskId: task.id, generation: task.generation, stuck: failure.stuck, code: failure.code };
  };

  const decide = async (id: string): Promise<void> => {
    const read = await client.call(operations.getRequest, { params: { id } });
    if (!read.ok || read.value.data.status !== 'failed') return;
    const note = noteOf(read.value.data);
    if (note === undefined) return;
    // Written down first: once it is taken, a new effect may follow at once.
    const known = decisions.find(({ taskId, generation }) => taskId === note.taskId && generation === note.generation);
    const decided = known?.decided ?? (decisions.length % ESCALATED === 0 ? 'escalate' : 'retry');
    if (known === undefined) decisions.push({ ...note, decided });
    if (decided === 'escalate') await client.call(operations.escalateRequest, { params: { id }, body: {} });
    else
      await client.call(operations.retryRequest, { params: { id }, body: { acknowledgeUnknown: note.stuck !== null } });
  };

  const closeTickets = (): void => {
    for (const issue of outside.jira.issues) {
      if (issue.status !== 'Done' && labelOf(issue).endsWith('-escalation')) outside.jira.resolve(issue.key);
    }
  };

  /**
   * A ticket of which nobody knows whether Jira has it is looked for during minutes, and then left to people: somebody does what it
   * asks for.
   */
  const doByHand = async (id: string): Promise<void> => {
    const escalation = await client.call(operations.getRequestEscalation, { params: { id } });
    const without = escalation.ok ? escalation.value.data.tickets.filter(({ key }) => key === null) : [];
    for (const { taskId } of without) {
      const seen = (missing.get(taskId) ?? 0) + 1;
      missing.set(taskId, seen);
      if (seen > PATIENCE) await client.call(operations.completeTask, { params: { id, taskId }, body: {} });
    }
  };

  const listed = async (status: 'failed' | 'escalating' | 'escalated'): Promise<readonly string[]> => {
    const page = await client.call(operations.listRequests, { query: { status, limit: PAGE } });
    return page.ok ? page.value.data.map(({ id }) => id) : [];
  };

  const work = async (): Promise<void> => {
    while (!isStopping) {
      for (const id of await listed('failed')) await decide(id);
      for (const status of ['escalating', 'escalated'] as const)
        for (const id of await listed(status)) await doByHand(id);
      closeTickets();
      await sleep(EVERY_MS);
    }
  };
  const working = work();
  working.catch(() => undefined);
  return {
    decisions,
    stop: async () => {
      isStopping = true;
      await working;
    },
  };
};
