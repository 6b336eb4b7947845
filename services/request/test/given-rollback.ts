import {
  type DecidedRequest,
  type ErrorEnvelope,
  type ExecuteTaskV1,
  taskFailedV1,
  taskStuckV1,
  taskSucceededV1,
} from '@pao/contracts';
import type { Action } from '@pao/documents';
import type { ExecutionContext } from 'ava';
import { anAction, anItem } from './documents.ts';
import { required } from './given.ts';
import { type CallOptions, eventually, type RunningService, startService } from './running-service.ts';

/** Requests that stopped halfway, and what an executor and a person do with them, as tests of rollbacks ask for. */

export const at = () => new Date().toISOString();
export const failure = { code: 'HTTP_503', message: 'the target answered 503' };

type Command = ExecuteTaskV1;

const A_ROLLBACK: NonNullable<Action['rollback']> = {
  type: 'rest-api',
  id: 'remove',
  executor: 'default',
  idempotent: true,
  config: { endpoint: { url: 'https://platform.example/v1/databases/{{.output.id}}', method: 'DELETE' } },
};

export const undoable = (id: string): Action =>
  anAction({ id, outputs: { id: 'body.id' }, rollback: { ...A_ROLLBACK, id: `${id}-undo` } });

export const post = async (service: RunningService, path: string, body: unknown, options: CallOptions = {}) => {
  const headers = { 'content-type': 'application/json', ...(await service.headers(options)) };
  const response = await fetch(`${service.url}/requests/${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as { readonly data?: DecidedRequest } & Partial<ErrorEnvelope>;
  return { status: response.status, ...answer };
};

export const isNow = (service: RunningService, id: string, status: string) =>
  eventually(
    async () => required((await service.get(`/requests/${id}`)).body.data),
    (found) => found.status === status,
  );

export const next = async (service: RunningService): Promise<Command> =>
  required((await service.takeCommands())[0]).data;

export const about = ({ requestId, taskId, generation }: Command) => ({
  requestId,
  taskId,
  generation,
  startedAt: at(),
});

export const succeed = (service: RunningService, command: Command, outputs = {}, externalRef?: string): Promise<void> =>
  service.publish(taskSucceededV1, command.requestId, {
    ...about(command),
    outputs,
    finishedAt: at(),
    ...(externalRef !== undefined && { externalRef }),
  });

export const fail = (service: RunningService, command: Command): Promise<void> =>
  service.publish(taskFailedV1, command.requestId, { ...about(command), failure, finishedAt: at() });

export const stick = (service: RunningService, command: Command): Promise<void> =>
  service.publish(taskStuckV1, command.requestId, {
    ...about(command),
    failure,
    reason: 'outcome-unknown',
    detectedAt: at(),
  });

/** A service with a request of three tasks: two are done, and the third has failed or is stuck. */
export const stopped = async (t: ExecutionContext, end: typeof fail, rest: Parameters<typeof anItem>[0] = {}) => {
  const service = await startService(t);
  const item = anItem({ actions: [undoable('first'), undoable('second'), undoable('third')], ...rest });
  await service.offer(item);
  const items = [{ schemaVersion: 'catalog/v1', catalogItemId: item.metadata.id, input: { name: 'orders-db' } }];
  const { id } = await service.accept({ items });
  await succeed(service, await next(service), { id: 'a' });
  await succeed(service, await next(service), { id: 'b' });
  await end(service, await next(service));
  await isNow(service, id, 'failed');
  return { service, id };
};
