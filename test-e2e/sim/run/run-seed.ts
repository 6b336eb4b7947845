import { createRandom } from '../engine/random.ts';
import { type Life, Scheduler } from '../engine/scheduler.ts';
import { createTrace } from '../engine/trace.ts';
import { setActive } from '../engine/virtual-time.ts';
import { isSettled } from '../oracle/expectations.ts';
import { hasBegun, hasWork, unseen } from '../oracle/handovers.ts';
import { judge } from '../oracle/judge.ts';
import { createSimulatedBus } from '../world/bus.ts';
import { createCaller } from '../world/callbacks.ts';
import { startChaos } from '../world/chaos.ts';
import { createEscalationDatabase, type EscalationApi, startEscalationProcess } from '../world/escalation-process.ts';
import { createExecutorDatabase, startExecutorProcess } from '../world/executor-process.ts';
import { createHistory } from '../world/history.ts';
import { createNetwork } from '../world/http.ts';
import { createJira } from '../world/jira.ts';
import { startDesk } from '../world/jira-people.ts';
import { startPeople } from '../world/people.ts';
import { newLife } from '../world/process.ts';
import { createRequestDatabase, type RequestApi, startRequestProcess } from '../world/request-process.ts';
import { createTarget } from '../world/target.ts';
import { startTicketOperator } from '../world/ticket-people.ts';
import { weatherOf } from '../world/weather.ts';
import { startWebhook } from '../world/webhook.ts';
import type { World } from '../world/world.ts';

/** When nothing goes wrong any more, and when all must have come to rest. Virtual milliseconds. */
const CALM_AT = 6 * 60_000;
const REST_BY = 5 * 60 * 60_000;
/** How often it is looked whether all has come to rest. */
const LOOK_MS = 30_000;
const FIRST_LOOK_MS = 10_000;

export interface SeedResult {
  readonly seed: number;
  /** The first is what the run is remembered by; empty: all went well. */
  readonly violations: readonly string[];
  /** Of the whole trace, hexadecimal. */
  readonly digest: string;
  readonly trace: readonly string[];
  readonly steps: number;
  readonly requests: number;
  readonly effects: number;
}

export interface RunOptions {
  /** Every line of the trace, not only the last. */
  readonly keepTrace?: boolean;
}

/** One run: a whole system, from its first start until it has come to rest, and what is wrong with what is left. */
export const runSeed = async (seed: number, { keepTrace = false }: RunOptions = {}): Promise<SeedResult> => {
  const trace = createTrace(keepTrace);
  const random = createRandom(seed);
  const scheduler = new Scheduler({ random, trace });
  const history = createHistory();
  const weather = weatherOf(random);
  const world: World = { scheduler, random, weather, history, isStormy: () => scheduler.now < CALM_AT };
  setActive(scheduler);
  try {
    const system = startSystem(world);
    startPeople({ world, apis: system.apis });
    startChaos(world, system);
    await system.publish(1);
    await scheduler.run(() => false, CALM_AT);
    let restless: readonly string[] = ['everything'];
    const look = async (): Promise<void> => {
      system.bus.redrive();
      restless = await system.restless();
      if (restless.length > 0) scheduler.after(LOOK_MS, undefined, '', () => void look());
    };
    scheduler.after(FIRST_LOOK_MS, undefined, '', () => void look());
    await scheduler.run(() => restless.length === 0, REST_BY);
    const violations = await judge({ world, ...system, restless });
    const { length: effects } = history.effects;
    const requests = new Set(history.commits.map(({ after }) => after.id)).size;
    return {
      seed,
      violations,
      digest: trace.digest(),
      trace: trace.lines(),
      steps: scheduler.steps,
      requests,
      effects,
    };
  } finally {
    setActive(undefined);
  }
};

/** The services, two processes of each that has replicas, on their databases, the bus and the targets. */
const startSystem = (world: World) => {
  const bus = createSimulatedBus(world);
  const requestDatabase = createRequestDatabase(world);
  const executorDatabase = createExecutorDatabase(world);
  const escalationDatabase = createEscalationDatabase(world);
  const apis = new Map<string, RequestApi>();
  const mayStart = (key: string): boolean => executorDatabase.ledger.attempts.has(key);
  const target = createTarget(
    world,
    mayStart,
    createCaller(world, newLife(world, 'target'), () => [...apis.values()]),
  );
  const jira = createJira(world, (label) => mayStart(label) || hasBegun(escalationDatabase.all(), label));
  const network = createNetwork(world, (url) => (url.hostname === 'jira.test' ? jira : target));
  const desk = startDesk(world, jira);
  const escalationApis = new Map<string, EscalationApi>();
  const standing = (): readonly EscalationApi[] => [...escalationApis.values()];
  startWebhook({ world, jira, apis: standing });
  const operator = startTicketOperator({ world, apis: standing, database: escalationDatabase, jira });
  const outboxes = [requestDatabase.outbox, executorDatabase.outbox, escalationDatabase.outbox];
  const escalationParts = { database: escalationDatabase, bus, network };
  const startable: Readonly<Record<string, (life: Life) => void>> = {
    'request-1': (life) =>
      void apis.set('request-1', startRequestProcess(world, life, { database: requestDatabase, bus })),
    'request-2': (life) =>
      void apis.set('request-2', startRequestProcess(world, life, { database: requestDatabase, bus })),
    'executor-1': (life) => startExecutorProcess(world, life, { database: executorDatabase, bus, network }),
    'executor-2': (life) => startExecutorProcess(world, life, { database: executorDatabase, bus, network }),
    'escalation-1': (life) =>
      void escalationApis.set('escalation-1', startEscalationProcess(world, life, escalationParts)),
    'escalation-2': (life) =>
      void escalationApis.set('escalation-2', startEscalationProcess(world, life, escalationParts)),
  };
  const lives = new Map<string, Life>();
  const start = (name: string): void => {
    const life = newLife(world, name);
    lives.set(name, life);
    world.scheduler.after(world.random.between(0, 100), life, `${name} starts`, () => startable[name]?.(life));
  };
  for (const name of Object.keys(startable)) start(name);
  return {
    bus,
    jira,
    requestDatabase,
    executorDatabase,
    escalationDatabase,
    apis: () => [...apis.values()],
    processes: { lives, start },
    publish: requestDatabase.publish,
    /** What is on its way, and who waits for anybody but a person; nothing: all is at rest. */
    restless: async (): Promise<readonly string[]> => {
      const handovers = escalationDatabase.all();
      const requests = await requestDatabase.all();
      const attempts = [...executorDatabase.ledger.attempts.values()];
      const counts = {
        messages: bus.waiting(),
        'requests with something under way': requests.filter((request) => !isSettled(request)).length,
        'attempts under way': attempts.filter(({ end }) => end === undefined).length,
        'unpublished messages': outboxes.reduce((sum, { rows }) => sum + rows().length, 0),
        'handovers with something to do': handovers.filter(hasWork).length,
        'tickets that changed unseen': unseen(jira, handovers).length,
        'tasks that wait by themselves': executorDatabase.ledger.waiting.size,
        'tickets that people are at': desk.busy(),
        'tickets to be looked after': operator.waiting(),
      };
      return Object.entries(counts).flatMap(([what, count]) => (count === 0 ? [] : [`${count} ${what}`]));
    },
  };
};

export type System = ReturnType<typeof startSystem>;
