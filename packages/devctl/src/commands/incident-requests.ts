import { operations, type RequestSummary } from '@pao/contracts';
import { type CommandContext, must } from '../context.ts';

/** The requests of an incident that still wait because of it, up to a number. */
export const waitingRequestsOf = async (
  context: CommandContext,
  incidentId: string,
  most: number,
): Promise<readonly RequestSummary[]> => {
  const found: RequestSummary[] = [];
  for (let cursor: string | null | undefined; found.length < most; ) {
    const query = { limit: 200, ...(typeof cursor === 'string' && { cursor }) };
    const page = await must(context, operations.getIncident, { params: { id: incidentId }, query });
    for (const { requestId, waiting } of page.data.requests) {
      if (!waiting || found.length >= most) continue;
      const { data } = await must(context, operations.getRequest, { params: { id: requestId } });
      // It may have gone on since, before the news reached the incident.
      if (data.status === 'failed') found.push(data);
    }
    cursor = page.pagination?.nextCursor;
    if (typeof cursor !== 'string') break;
  }
  return found;
};
