import type { Persistence, SnsStore, SqsStore, Stores, SubscriptionRecord, TopicRecord } from './fauxqs.ts';
import type { MessageLog } from './message-log.ts';

interface Resources {
  readonly queues: readonly {
    readonly name: string;
    readonly arn: string;
    readonly attributes: Record<string, string>;
    readonly tags: Record<string, string>;
  }[];
  readonly topics: readonly (Omit<TopicRecord, 'tags'> & { readonly tags: Record<string, string> })[];
  readonly subscriptions: readonly SubscriptionRecord[];
}

/** What fauxqs' stores call when something changed. */
type Calls = Pick<
  Persistence,
  | 'insertQueue'
  | 'deleteQueue'
  | 'updateQueueAttributes'
  | 'updateQueueSequenceCounter'
  | 'insertMessage'
  | 'deleteMessage'
  | 'updateMessageInflight'
  | 'updateMessageReady'
  | 'deleteQueueMessages'
  | 'insertTopic'
  | 'deleteTopic'
  | 'updateTopicAttributes'
  | 'updateTopicSubscriptionArns'
  | 'insertSubscription'
  | 'deleteSubscription'
  | 'updateSubscriptionAttributes'
>;

/** Fills the stores from the log and keeps the log up to date from then on. */
export const persistStores = (stores: Stores, log: MessageLog): void => {
  restore(stores, log);
  const calls = persistenceCalls(stores, log) as Persistence;
  stores.sqsStore.persistence = calls;
  stores.snsStore.persistence = calls;
  for (const queue of stores.sqsStore.allQueues()) queue.persistence = calls;
};

const persistenceCalls = ({ sqsStore, snsStore }: Stores, log: MessageLog): Calls => {
  // The few resources are written as a whole, after the store that called has made its change.
  const changed = () => queueMicrotask(() => log.saveResources(snapshot(sqsStore, snsStore)));
  return {
    insertMessage: (queue, message) => log.add(queue, message),
    deleteMessage: (messageId) => log.remove(messageId),
    updateMessageInflight: (messageId, _receipt, _deadline, receives) => log.received(messageId, receives),
    updateMessageReady: () => {},
    deleteQueueMessages: (queue) => log.removeQueue(queue),
    updateQueueSequenceCounter: () => {},
    insertQueue: changed,
    updateQueueAttributes: changed,
    deleteQueue: (queue) => {
      log.removeQueue(queue);
      changed();
    },
    insertTopic: changed,
    deleteTopic: changed,
    updateTopicAttributes: changed,
    updateTopicSubscriptionArns: changed,
    insertSubscription: changed,
    deleteSubscription: changed,
    updateSubscriptionAttributes: changed,
  };
};

const snapshot = (sqsStore: SqsStore, snsStore: SnsStore): Resources => ({
  queues: Array.from(sqsStore.allQueues(), ({ name, arn, attributes, tags }) => ({
    name,
    arn,
    attributes,
    tags: Object.fromEntries(tags),
  })),
  topics: Array.from(snsStore.topics.values(), (topic) => ({ ...topic, tags: Object.fromEntries(topic.tags) })),
  subscriptions: [...snsStore.subscriptions.values()],
});

const restore = ({ sqsStore, snsStore }: Stores, log: MessageLog): void => {
  // What `snapshot` wrote.
  const { queues, topics, subscriptions } = (log.resources() ?? EMPTY) as Resources;
  for (const { name, arn, attributes, tags } of queues) {
    // The host of the URL is without meaning to fauxqs, and the port may be another today.
    const queue = sqsStore.createQueue(name, `http://127.0.0.1/000000000000/${name}`, arn, attributes, tags);
    // Rises by less than one a microsecond, so that it is above every number given before, which are not stored.
    queue.sequenceCounter = Date.now() * 1000;
  }
  for (const topic of topics) snsStore.topics.set(topic.arn, { ...topic, tags: new Map(Object.entries(topic.tags)) });
  for (const subscription of subscriptions) snsStore.subscriptions.set(subscription.arn, subscription);
  for (const { queue, message } of log.messages()) sqsStore.getQueueByName(queue)?.enqueue(message);
};

const EMPTY: Resources = { queues: [], topics: [], subscriptions: [] };
