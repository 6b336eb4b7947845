// @boundaries-ignore the code under test
import { done, FifoConsumer } from '../../../packages/bus/src/index.ts';
// @boundaries-ignore the code under test
import { createHandleMessage } from '../../../services/escalation/src/adapters/bus/handle-message.ts';
// @boundaries-ignore the code under test
import { createMemoryEscalationStore } from '../../../services/escalation/src/adapters/memory/memory-escalation-store.ts';
// @boundaries-ignore the code under test
import type { EscalationStore } from '../../../services/escalation/src/core/ports/escalation-store.ts';
// @boundaries-ignore the code under test
import { createRecordStop } from '../../../services/escalation/src/core/use-cases/record-stop.ts';
import type { Life } from '../engine/scheduler.ts';
import type { SimulatedBus } from './bus.ts';
import { remote } from './call.ts';
import { idsOf, loggerOf } from './process.ts';
import type { TicketDesk } from './ticket-desk.ts';
import type { World } from './world.ts';

export const createEscalationDatabase = (): EscalationStore => createMemoryEscalationStore();

const refuse = async (): Promise<never> => {
  throw new Error('tickets are for the desk');
};

interface EscalationParts {
  readonly database: EscalationStore;
  readonly bus: SimulatedBus;
  readonly desk: TicketDesk;
}

export const startEscalationProcess = (world: World, life: Life, { database, bus, desk }: EscalationParts): void => {
  const store = remote(world, life, 'escalations', database);
  const handlers = {
    notify: async () => undefined,
    recordStop: createRecordStop(store, idsOf(world, life)),
    recordTaskFailure: store.recordTaskFailure,
    settle: store.settle,
    resume: store.resume,
    handover: { escalating: refuse, waiting: refuse, settled: refuse, refused: refuse, ended: async () => {} },
  };
  const handle = createHandleMessage(handlers);
  const consumer = new FifoConsumer({
    source: bus.portFor(life),
    queue: 'escalation-inbox',
    handle: async (message) => (desk.take(message.type, message.body) ? done : handle(message)),
    concurrency: 2,
    logger: loggerOf(world, life),
  });
  consumer.start();
};
