import {
  type DecidedRequest,
  type Envelope,
  type ErrorEnvelope,
  taskFailedV1,
  taskStuckV1,
  taskSucceededV1,
} from '@pao/contracts';
import type { ExecutionContext } from 'ava';
import { aLongItem } from './documents.ts';
import { required } from './given.ts';
import { type CallOptions, eventually, type RunningService, startService } from './running-service.ts';

export const at = (): string => new Date().toISOString();

export interface DecisionAnswer {
  readonly status: number;
  readonly body: { readonly data?: DecidedRequest } & Partial<ErrorEnvelope>;
}

export const decide = async (
  service: RunningService,
  path: string,
  body: unknown = {},
  options: CallOptions = {},
): Promise<DecisionAnswer> => {
  const headers = { 'content-type': 'application/json', ...(await service.headers(options)) };
  const response = await fetch(`${service.url}/requests/${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as DecisionAnswer['body'] };
};

export const read = async (service: RunningService, id: string) =>
  required((await service.get(`/requests/${id}`)).body.data);

/** Waits until the request and its tasks stand so: `escalated completed waiting`. */
export const stands = (service: RunningService, id: string, expected: string) =>
  eventually(
    async () => {
      const { status, tasks } = await read(service, id);
      return [status, ...tasks.map((task) => task.status)].join(' ');
    },
    (found) => found === expected,
  );

/** What the escalation service hears of requests, the next of a type; what comes before it is passed over. */
export const heard = async <Data>(service: RunningService, type: string): Promise<Envelope<Data>> => {
  const queue = 'escalation-inbox';
  for (;;) {
    const messages = await service.bus.receive({ queue, max: 1, waitSeconds: 1, visibilitySeconds: 30 });
    await service.bus.delete(
      queue,
      messages.map(({ receipt }) => receipt),
    );
    const envelope = messages.map(({ body }) => JSON.parse(body) as Envelope<Data>)[0];
    if (envelope?.type === type) return envelope;
  }
};

/** A service with a request of three tasks, the second of which failed or is stuck. */
export const stoppedService = async (t: ExecutionContext, kind: 'failed' | 'stuck' = 'failed') => {
  const service = await startService(t);
  await service.offer(aLongItem());
  const items = [{ schemaVersion: 'catalog/v1', catalogItemId: 'database-long', input: { name: 'orders-db' } }];
  const { id } = await service.accept({ items });
  const first = required((await service.takeCommands())[0]).data;
  const times = { startedAt: at(), finishedAt: at() };
  await service.publish(taskSucceededV1, id, { ...attemptOf(first), ...times, outputs: { endpoint: 'db.example' } });
  const second = attemptOf(required((await service.takeCommands())[0]).data);
  const failure = { code: 'HTTP_503', message: 'the target answered 503' };
  if (kind === 'failed') await service.publish(taskFailedV1, id, { ...second, ...times, failure });
  else await service.publish(taskStuckV1, id, { ...second, reason: 'outcome-unknown', failure, detectedAt: at() });
  await stands(service, id, `failed completed ${kind} pending`);
  const third = required((await read(service, id)).tasks[2]).id;
  return { service, id, second, third };
};

const attemptOf = ({ requestId, taskId, generation }: { requestId: string; taskId: string; generation: number }) => ({
  requestId,
  taskId,
  generation,
});
