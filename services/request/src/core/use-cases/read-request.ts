import type { Request } from '../domain/request.ts';
import type { RequestStore } from '../ports/request-store.ts';

/** A request of a tenant; undefined also when it is another tenant's, so that nobody learns that it exists. */
export const readRequest =
  ({ store }: { readonly store: RequestStore }) =>
  async (tenantId: string, id: string): Promise<Request | undefined> => {
    const request = await store.find(id);
    return request?.tenantId === tenantId ? request : undefined;
  };
