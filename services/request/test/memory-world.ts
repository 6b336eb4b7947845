import type { Envelope, ExecuteTaskV1 } from '@pao/contracts';
import type { CatalogDocument } from '@pao/documents';
import { createMemoryCatalogStore } from '../src/adapters/memory/catalog-store.ts';
import { createRememberedCatalog } from '../src/adapters/memory/remembered-catalog.ts';
import { createMemoryRequests } from '../src/adapters/memory/request-store.ts';
import type { Report } from '../src/core/domain/decide.ts';
import type { TicketReport } from '../src/core/domain/decide-ticket.ts';
import type { OutboundMessage } from '../src/core/ports/outbound-message.ts';
import type { NextVersion } from '../src/core/ports/request-store.ts';
import { type DecideCommand, decideRequest } from '../src/core/use-cases/decide-request.ts';
import type { Dependencies } from '../src/core/use-cases/dependencies.ts';
import { recordReport } from '../src/core/use-cases/record-report.ts';
import { recordTicket } from '../src/core/use-cases/record-ticket.ts';
import { type SubmitCommand, submitRequests } from '../src/core/use-cases/submit-requests.ts';
import { aPublication } from './documents.ts';
import { AT, okValue, sha256, uuid } from './given.ts';

export const CONTEXT = { correlationId: 'correlation-1', traceId: undefined, traceparent: undefined };

/** Who asked for what `aSubmission` asks for. */
export const A_PERSON = { id: 'user:dev', email: 'dev@example.test', teams: [], roles: ['developer'] };

export const aSubmission = (rest: Partial<SubmitCommand> = {}): SubmitCommand => ({
  items: [{ kind: 'item', id: 'database-standard', input: { name: 'orders' } }],
  tenantId: 'default',
  requester: { id: 'user:dev', email: 'dev@example.test', name: null, teams: [] },
  context: CONTEXT,
  ...rest,
});

/** The use cases on memory adapters, with a clock and ids of their own. */
export const createWorld = async (...documents: readonly CatalogDocument[]) => {
  const catalogStore = createMemoryCatalogStore();
  const requests = createMemoryRequests(catalogStore);
  const commits: NextVersion[] = [];
  let ids = 0;
  let clock = AT.getTime();
  const newId = (): string => uuid((ids += 1));
  const remembered = createRememberedCatalog({ documents: catalogStore, elapsed: () => clock });
  const dependencies: Dependencies = {
    store: requests.store,
    catalog: remembered,
    commits: { committed: (version) => void commits.push(version) },
    platform: { environment: 'test', account: '', region: '' },
    now: () => new Date(clock),
    newId,
    digest: sha256,
    sealer: undefined,
  };
  let revision = 0;
  const offer = async (...offered: readonly CatalogDocument[]): Promise<void> => {
    for (const document of offered) await catalogStore.publish(aPublication(document, (revision += 1)));
  };
  await offer(...documents);
  const record = recordReport(dependencies);
  return {
    ...requests,
    dependencies,
    catalogStore,
    remembered,
    commits,
    newId,
    offer,
    pass: (ms: number) => {
      clock += ms;
    },
    submit: submitRequests(dependencies),
    accepted: async (command = aSubmission()) => {
      const { requests: accepted } = okValue(await submitRequests(dependencies)(command));
      return accepted.map(({ id }) => id);
    },
    decide: (wish: DecideCommand['wish'], rest: Partial<DecideCommand> & Pick<DecideCommand, 'requestId'>) =>
      decideRequest(dependencies)({ tenantId: 'default', by: A_PERSON, wish, context: CONTEXT, ...rest }),
    report: (requestId: string, report: Report, eventId = newId()) =>
      record({ eventId, requestId, report, context: CONTEXT }),
    ticket: (requestId: string, report: TicketReport, eventId = newId()) =>
      recordTicket(dependencies)({ eventId, requestId, report, context: CONTEXT }),
  };
};

export type World = Awaited<ReturnType<typeof createWorld>>;

export const commandsIn = (messages: readonly OutboundMessage[]): readonly ExecuteTaskV1[] =>
  messages
    .filter(({ type }) => type === 'execute-task.v1')
    .map(({ body }) => (JSON.parse(body) as Envelope<ExecuteTaskV1>).data);

export const completion = (
  { taskId, generation }: Pick<ExecuteTaskV1, 'taskId' | 'generation'>,
  outputs = {},
): Report => ({
  kind: 'complete',
  taskId,
  generation,
  startedAt: AT,
  at: AT,
  outputs,
});
