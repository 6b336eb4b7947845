import { buildApp } from 'fauxqs';

// fauxqs publishes one function that listens on every network interface and writes each message with a disk flush of its
// own. Its parts, put together here, listen on the loopback interface and write in groups. The parts are not part of its
// published interface: the version is pinned, and the tests beside this file tell when they change.

export type App = ReturnType<typeof buildApp>;
export type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>;
export type SqsStore = Stores['sqsStore'];
export type SnsStore = Stores['snsStore'];
type Queue = NonNullable<ReturnType<SqsStore['getQueueByArn']>>;
export type Message = Parameters<Queue['enqueue']>[0];
export type Persistence = NonNullable<SqsStore['persistence']>;
export type TopicRecord = SnsStore['topics'] extends Map<string, infer T> ? T : never;
export type SubscriptionRecord = SnsStore['subscriptions'] extends Map<string, infer S> ? S : never;

/** The members of fauxqs' queue that it declares private. */
interface QueueInternals {
  readonly messages: Queue['messages'];
  readonly pollWaiters: Queue['pollWaiters'];
  readonly fifoMessages: Queue['fifoMessages'];
  readonly fifoLockedGroups: Queue['fifoLockedGroups'];
  notifyWaiters(): void;
}

interface SqsModule {
  readonly SqsStore: new () => SqsStore;
  readonly SqsQueue: { readonly prototype: QueueInternals };
}

const load = async <Module>(path: string): Promise<Module> => import(new URL(path, import.meta.resolve('fauxqs')).href);

export const createStores = async (): Promise<Stores> => {
  const [sqs, sns, s3] = await Promise.all([
    load<SqsModule>('sqs/sqsStore.js'),
    load<{ readonly SnsStore: new () => SnsStore }>('sns/snsStore.js'),
    load<{ readonly S3Store: new () => Stores['s3Store'] }>('s3/s3Store.js'),
  ]);
  sqs.SqsQueue.prototype.notifyWaiters = wakeForAvailableGroups;
  const stores = { sqsStore: new sqs.SqsStore(), snsStore: new sns.SnsStore(), s3Store: new s3.S3Store() };
  // Queue URLs then carry the host of the request instead of a name that not every resolver knows.
  stores.sqsStore.host = '';
  return stores;
};

export const createApp = (stores: Stores, region: string): App =>
  buildApp({ logger: false, defaultRegion: region, stores });

const waking = new WeakSet<QueueInternals>();

/**
 * As on AWS, a message ends one long poll, and one whose group is in flight ends none. fauxqs answers all of them, most of
 * them empty, and each empty answer costs its poller another call. Decided after the calls of this turn of the event loop,
 * since one of them may be taking the message.
 */
function wakeForAvailableGroups(this: QueueInternals): void {
  if (this.pollWaiters.length === 0 || waking.has(this)) return;
  waking.add(this);
  setImmediate(() => {
    waking.delete(this);
    for (const waiter of this.pollWaiters.splice(0, availableGroups(this))) {
      clearTimeout(waiter.timer);
      waiter.resolve();
    }
  });
}

const availableGroups = (queue: QueueInternals): number => {
  // A queue without groups keeps its messages in a list.
  let available = queue.messages.length;
  for (const [group, messages] of queue.fifoMessages) {
    if (available >= queue.pollWaiters.length) break;
    if (messages.length > 0 && !queue.fifoLockedGroups.has(group)) available += 1;
  }
  return available;
};
