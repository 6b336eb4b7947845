import type { RequestReader } from '../ports/request-reader.ts';
import type { LogPage, StoredLine, TaskLogs } from '../ports/task-logs.ts';

export interface ReadLogsDependencies {
  readonly reader: Pick<RequestReader, 'positions'>;
  readonly logs: TaskLogs;
}

export interface LogsRead {
  readonly lines: readonly StoredLine[];
  readonly hasBefore: boolean;
  readonly hasAfter: boolean;
}

/** Lines of a request in the order of time; undefined when the tenant has no such request. */
export const readLogs =
  ({ reader, logs }: ReadLogsDependencies) =>
  async (tenantId: string, page: LogPage): Promise<LogsRead | undefined> => {
    const [position] = await reader.positions([page.requestId]);
    if (position?.tenantId !== tenantId) return undefined;
    const found = await logs.page({ ...page, limit: page.limit + 1 });
    const more = found.length > page.limit;
    if (page.from?.direction === 'after') {
      return { lines: found.slice(0, page.limit), hasBefore: true, hasAfter: more };
    }
    return { lines: found.slice(more ? 1 : 0), hasBefore: more, hasAfter: page.from !== undefined };
  };
