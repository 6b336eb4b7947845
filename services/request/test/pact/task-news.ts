import { Matchers } from '@pact-foundation/pact';
import { draftPact } from '@pao/testkit';
import { createInbox } from '../../src/adapters/bus/inbox.ts';
import type { Request, Task } from '../../src/core/domain/request.ts';
import type { Decision } from '../../src/core/domain/status.ts';
import { recordReport } from '../../src/core/use-cases/record-report.ts';
import { aRequest, aTask, required, uuid } from '../given.ts';
import { createWorld } from '../memory-world.ts';
import { handOver } from './hand-over.ts';

const { datetime, integer, string } = Matchers;

/** What the request service needs of executors. */
export const draft = await draftPact({ consumer: 'pao-request', provider: 'pao-executor' });

export const TASK = uuid(1);
const REQUEST = uuid(1000);
export const STARTED = '2026-11-20T12:00:01.000Z';
export const ENDED = '2026-11-20T12:00:02.500Z';

export const time = (example: string) => datetime("yyyy-MM-dd'T'HH:mm:ss.SSSX", example);

export const event = (type: string, data: object) => ({
  specversion: '1.0',
  id: Matchers.uuid(uuid(3000)),
  source: string('/pao/executor'),
  type,
  subject: Matchers.uuid(REQUEST),
  time: time(ENDED),
  datacontenttype: 'application/json',
  correlationid: string('correlation-1'),
  tenantid: string('default'),
  data: { requestId: Matchers.uuid(REQUEST), taskId: Matchers.uuid(TASK), generation: integer(1), ...data },
});

const ALONE = [aTask({ id: TASK, status: 'queued' })];

/** A request of these tasks, and the service's inbox. */
const waitingForNews = async (decision: Decision, tasks: readonly Task[]) => {
  const world = await createWorld();
  const request = aRequest(tasks, decision);
  await world.store.submit({ id: uuid(2000), documents: [], requests: [{ request, changes: [], messages: [] }] });
  const ignore = async () => undefined;
  const handle = createInbox({
    record: recordReport(world.dependencies),
    recordProgress: ignore,
    recordAnnouncement: async () => {},
    recordTicket: ignore,
    projection: world.catalogStore,
  });
  return { handle, find: async () => required(await world.store.find(REQUEST)) };
};

interface News {
  readonly description: string;
  readonly type: string;
  readonly data: object;
  readonly decision?: Decision;
  readonly tasks?: readonly Task[];
}

/** What is stored of the request once the inbox has taken the example of the message. */
export const afterNews = async ({
  description,
  type,
  data,
  decision = null,
  tasks = ALONE,
}: News): Promise<{ request: Request; task: Task }> => {
  const { handle, find } = await waitingForNews(decision, tasks);
  await handOver(draft, { description, type, content: event(type, data) }, handle);
  const request = await find();
  return { request, task: required(request.tasks.find(({ id }) => id === TASK)) };
};

/** What the inbox makes of the example of a message that is about no change of a task. */
export const taken = async (description: string, type: string, content: object): Promise<unknown> => {
  let got: unknown;
  const keep = async (value: unknown) => {
    got = value;
  };
  const unused = async () => {
    throw new Error('not for this handler');
  };
  const { catalogStore: projection } = await createWorld();
  const handle = createInbox({
    record: unused,
    recordProgress: keep,
    recordAnnouncement: keep,
    recordTicket: unused,
    projection,
  });
  await handOver(draft, { description, type, content }, handle);
  return got;
};
