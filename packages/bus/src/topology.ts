/** After so many deliveries a message goes to the dead letters: room for a crash or two beside the failures of its own. */
const MAX_RECEIVE_COUNT = 5;

export interface TopicDefinition {
  readonly name: string;
  readonly physicalName: string;
}

export interface QueueDefinition {
  readonly name: string;
  readonly physicalName: string;
  /** Where deliveries beyond `maxReceiveCount` end, and what a subscription could not deliver. */
  readonly deadLetters: { readonly name: string; readonly physicalName: string };
  readonly maxReceiveCount: number;
}

export interface SubscriptionDefinition {
  readonly topic: string;
  readonly queue: string;
  /** Message types delivered; absent: all. */
  readonly types?: readonly string[];
}

/** Everything that exists on the bus, by logical name. Infrastructure code declares the same. */
export interface Topology {
  readonly prefix: string;
  readonly topics: readonly TopicDefinition[];
  readonly queues: readonly QueueDefinition[];
  readonly subscriptions: readonly SubscriptionDefinition[];
}

export interface TopologyOptions {
  /** Executor pools, each with a task queue of its own; at most 40 lower-case letters, digits and `-` each. */
  readonly pools?: readonly string[];
  /** Of every physical name, so that several systems can share an account; at most 20 letters, digits, `-` and `_`. */
  readonly prefix?: string;
}

const TOPICS = ['task-events', 'request-events', 'catalog-events', 'escalation-events'];
const INBOXES = ['request-inbox', 'executor-inbox', 'escalation-inbox', 'catalog-inbox'];

const SUBSCRIPTIONS: readonly SubscriptionDefinition[] = [
  {
    topic: 'task-events',
    queue: 'request-inbox',
    types: [
      'task-started.v1',
      'task-progressed.v1',
      'task-succeeded.v1',
      'task-failed.v1',
      'task-stuck.v1',
      'task-waiting.v1',
      'task-cancelled.v1',
      'executor-announced.v1',
    ],
  },
  { topic: 'task-events', queue: 'catalog-inbox', types: ['executor-announced.v1'] },
  { topic: 'catalog-events', queue: 'request-inbox' },
  {
    topic: 'escalation-events',
    queue: 'request-inbox',
    types: ['escalation-opened.v1', 'ticket-opened.v1', 'ticket-resolved.v1'],
  },
  {
    topic: 'request-events',
    queue: 'escalation-inbox',
    types: [
      'request-failed.v1',
      'request-escalating.v1',
      'request-retried.v1',
      'request-rolling-back.v1',
      'request-resumed.v1',
      'escalated-task-settled.v1',
      'task-ticketed.v1',
      'hand-back-refused.v1',
      'request-completed.v1',
      'request-aborted.v1',
      'approval-requested.v1',
      'approval-reminder.v1',
      'approval-decided.v1',
    ],
  },
  { topic: 'task-events', queue: 'escalation-inbox', types: ['task-failed.v1', 'task-stuck.v1', 'task-waiting.v1'] },
];

/** The logical name of a pool's task queue. */
export const taskQueue = (pool: string): string => `tasks-${pool}`;

/** The logical name of the queue that keeps another queue's dead letters. */
export const deadLetterQueue = (queue: string): string => `${queue}-dlq`;

const requireNames = (pools: readonly string[], prefix: string): void => {
  const wrong = pools.find((pool) => !/^[a-z0-9-]{1,40}$/.test(pool));
  if (wrong !== undefined) throw new Error(`${JSON.stringify(wrong)} cannot be the name of a pool.`);
  if (!/^[A-Za-z0-9_-]{1,20}$/.test(prefix)) throw new Error(`${JSON.stringify(prefix)} cannot be a prefix of names.`);
};

export const createTopology = (options: TopologyOptions = {}): Topology => {
  const { pools = ['default'], prefix = 'pao' } = options;
  requireNames(pools, prefix);
  const physical = (name: string): string => `${prefix}-${name}.fifo`;
  const named = (name: string) => ({ name, physicalName: physical(name) });
  return {
    prefix,
    topics: TOPICS.map(named),
    queues: [...pools.map(taskQueue), ...INBOXES].map((name) => ({
      name,
      physicalName: physical(name),
      deadLetters: named(deadLetterQueue(name)),
      maxReceiveCount: MAX_RECEIVE_COUNT,
    })),
    subscriptions: SUBSCRIPTIONS,
  };
};
