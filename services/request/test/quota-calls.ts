import { type DataOf, type ErrorEnvelope, type listQuotas, taskFailedV1, taskSucceededV1 } from '@pao/contracts';
import type { Identity } from '@pao/http';
import { anItem } from './documents.ts';
import { developer, eventually, type RunningService } from './running-service.ts';

/** What tests of quotas ask a running service. */

export const limited = (max: number, rest: Parameters<typeof anItem>[0] = {}) =>
  anItem({ ...rest, rest: { policy: { quota: { per: 'team', max, resource: 'databases' } }, ...rest.rest } });

export const entry = (rest: object = {}) => ({
  ...{ schemaVersion: 'catalog/v1', catalogItemId: 'database-standard', input: { name: 'orders' } },
  ...rest,
});

export const operator: Identity = {
  ...developer,
  subject: 'user:op',
  email: 'op@example.test',
  teams: ['operations'],
  roles: ['operator'],
};
export const inTwoTeams: Identity = { ...developer, teams: ['payments', 'search'] };

export const usage = async (service: RunningService, path = '/quotas', identity = developer) => {
  const { body } = await service.get<DataOf<typeof listQuotas>>(path, { identity });
  return body.data.map(({ resource, scope, reserved, committed, max }) => [resource, scope, reserved, committed, max]);
};

export const mismatches = ({ database }: RunningService) => database.query({ text: 'SELECT * FROM quota_mismatches' });

interface PostOptions {
  readonly identity?: Identity;
  readonly key?: string;
}

/** What the API answers, its data untyped: undefined members are what was not answered. */
export const post = async (
  service: RunningService,
  path: string,
  body: unknown,
  { identity = developer, key }: PostOptions = {},
) => {
  const headers = await service.headers({
    identity,
    ...(key !== undefined && { headers: { 'idempotency-key': key } }),
  });
  const response = await fetch(service.url + path, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as { data: unknown; error?: ErrorEnvelope['error'] };
  return { status: response.status, ...answer };
};

export const finish = async (service: RunningService, outcome: 'succeed' | 'fail') => {
  for (const { data } of await service.takeCommands()) {
    const { requestId, taskId, generation } = data;
    const at = new Date().toISOString();
    const times = { requestId, taskId, generation, startedAt: at, finishedAt: at };
    if (outcome === 'succeed') await service.publish(taskSucceededV1, requestId, { ...times, outputs: {} });
    else await service.publish(taskFailedV1, requestId, { ...times, failure: { code: 'X', message: 'it broke' } });
  }
};

export const untilStatus = (service: RunningService, id: string, status: string) =>
  eventually(
    () => service.get(`/requests/${id}`),
    ({ body }) => body.data.status === status,
  );
