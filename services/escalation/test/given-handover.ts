import type { OutgoingMessage } from '@pao/bus';
import { type EscalatedTask, encodeMessage, type MessageContract, type RequestEscalatingV1 } from '@pao/contracts';
import type { z } from 'zod';
import { newId } from './given.ts';

export const escalatedTask = (position: number, overrides: Partial<EscalatedTask> = {}): EscalatedTask => ({
  id: newId(),
  generation: 1,
  position,
  name: `Task ${position}`,
  component: `part-${position}`,
  actionId: 'create',
  type: 'rest-api',
  catalogItemId: 'database-postgresql-standard',
  dependsOn: [],
  status: 'pending',
  mayHaveHappened: false,
  ticketed: true,
  outputs: {},
  setup: { endpoint: { url: 'https://platform.example.com' } },
  needs: [],
  ...overrides,
});

/** A bundle whose first task failed: each task depends on the one before, and all of them get tickets. */
export const escalatedTasks = (count: number): readonly EscalatedTask[] => {
  const tasks: EscalatedTask[] = [];
  for (let position = 1; position <= count; position += 1) {
    const before = tasks.at(-1);
    tasks.push(
      escalatedTask(position, {
        dependsOn: before ? [before.id] : [],
        ...(position === 1 && {
          status: 'failed' as const,
          failure: { code: 'HTTP_500', message: 'the platform answered 500' },
          needs: [{ output: 'endpoint', by: 2 }],
        }),
      }),
    );
  }
  return tasks;
};

export const escalating = (
  tasks: readonly EscalatedTask[],
  overrides: Partial<RequestEscalatingV1> = {},
): RequestEscalatingV1 => ({
  requestId: newId(),
  catalog: { id: 'bundle-webapp-standard', version: '1.0.0', hash: 'a'.repeat(64) },
  name: 'orders',
  requestedBy: 'dev@example.test',
  decidedBy: 'ops@example.test',
  reason: 'the platform is down',
  round: 1,
  completedTasks: 0,
  totalTasks: tasks.length,
  escalatedAt: '2026-01-01T00:00:00.000Z',
  tasks: [...tasks],
  ...overrides,
});

export const message = <Schema extends z.ZodType>(
  contract: MessageContract<string, Schema>,
  requestId: string,
  data: z.input<Schema>,
  tenantId = 'default',
): OutgoingMessage => {
  const id = newId();
  const fields = { id, subject: requestId, time: new Date(), correlationId: 'correlation-1', tenantId };
  return {
    id,
    destination: `topic:${contract.channel}`,
    groupId: requestId,
    dedupId: id,
    type: contract.type,
    body: encodeMessage(contract, fields, data),
  };
};
