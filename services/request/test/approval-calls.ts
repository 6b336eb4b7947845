import type { Approval, ErrorEnvelope, RequestDetails } from '@pao/contracts';
import type { Approval as Safeguard } from '@pao/documents';
import type { Identity } from '@pao/http';
import type { ExecutionContext } from 'ava';
import { anItem } from './documents.ts';
import { required } from './given.ts';
import { type RunningService, startService } from './running-service.ts';

/** What tests of approvals call, and who calls it. */

export const cost: Safeguard = {
  id: 'cost',
  when: 'current.basic.storageGb > `100`',
  approvers: { teams: ['finops'] },
};

export const member = (name: string, rest: Partial<Identity> = {}): Identity => ({
  subject: `user:${name}`,
  email: `${name}@example.test`,
  teams: ['finops'],
  roles: ['approver'],
  tenant: 'default',
  ...rest,
});

export const ada = member('ada');

export const asking = (approvals: readonly Safeguard[], id = 'database-standard') =>
  anItem({ id, rest: { fulfillment: { ...anItem().fulfillment, approvals } } });

export const entry = (rest: object = {}) => ({
  schemaVersion: 'catalog/v1',
  catalogItemId: 'database-standard',
  input: { name: 'orders', basic: { storageGb: 600 } },
  ...rest,
});

interface Voted {
  readonly status: number;
  readonly body: { readonly data: Approval } & ErrorEnvelope;
}

export const voting =
  (service: RunningService) =>
  async (
    approval: { readonly id: string },
    verb: 'approve' | 'reject',
    { as = ada, body = {}, key }: { as?: Identity; body?: object; key?: string } = {},
  ): Promise<Voted> => {
    const headers = { 'content-type': 'application/json', ...(key !== undefined && { 'idempotency-key': key }) };
    const response = await fetch(`${service.url}/approvals/${approval.id}/${verb}`, {
      method: 'POST',
      headers: { ...headers, ...(await service.headers({ identity: as })) },
      body: JSON.stringify(verb === 'reject' ? { comment: 'no', ...body } : body),
    });
    return { status: response.status, body: (await response.json()) as Voted['body'] };
  };

/** A service with one request that waits. */
export const started = async (t: ExecutionContext, approvals: readonly Safeguard[] = [cost]) => {
  const service = await startService(t);
  await service.offer(asking(approvals));
  const { id } = await service.accept({ items: [entry()] });
  const read = async (): Promise<RequestDetails> => required((await service.get(`/requests/${id}`)).body.data);
  const request = await read();
  const stages = required(request.approvals);
  const list = async (query: string, identity: Identity): Promise<readonly string[]> =>
    required((await service.get<readonly Approval[]>(`/approvals${query}`, { identity })).body.data).map(
      (approval) => approval.id,
    );
  return { service, id, read, list, request, stages, first: required(stages[0]), vote: voting(service) };
};
