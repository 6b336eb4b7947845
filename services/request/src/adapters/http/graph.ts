import { type DataOf, getRequestGraph } from '@pao/contracts';
import { apiError, type Route, route } from '@pao/http';
import type { Request } from '../../core/domain/request.ts';
import { edgesOf, mermaidOf } from '../../core/domain/task-graph.ts';

const graphView = (request: Request): DataOf<typeof getRequestGraph> => ({
  requestId: request.id,
  nodes: request.tasks.map(({ id, position, name, component, status, generation }) => ({
    id,
    position,
    name,
    component,
    status,
    generation,
  })),
  edges: edgesOf(request.tasks).map(({ from, to }) => ({ from: from.id, to: to.id })),
  mermaid: mermaidOf(request),
});

/** @param readRequest answers undefined for another tenant's request. */
export const requestGraphRoute = (readRequest: (tenantId: string, id: string) => Promise<Request | undefined>): Route =>
  route(getRequestGraph, async ({ params: { id }, identity }) => {
    const request = await readRequest(identity.tenant, id);
    return request
      ? { data: graphView(request) }
      : apiError({ code: 'NOT_FOUND', message: `There is no request ${id}.` });
  });
