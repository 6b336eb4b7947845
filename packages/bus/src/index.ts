export { type AwsBusOptions, createAwsBus } from './aws/bus.ts';
export { type AwsConnection, loadAwsSdk } from './aws/connection.ts';
export { ensureTopology } from './aws/ensure-topology.ts';
export { FifoConsumer, type FifoConsumerOptions } from './consumer/fifo-consumer.ts';
export type { Logger } from './logger.ts';
export { createMemoryBus, type MemoryBusOptions } from './memory/bus.ts';
export { createMemoryOutbox, type MemoryOutbox } from './memory/outbox.ts';
export {
  type Destination,
  done,
  type Handled,
  type IncomingMessage,
  type OutgoingMessage,
  type ReceivedMessage,
  retryLater,
} from './messages.ts';
export type {
  Bus,
  Lane,
  OutboxReader,
  Publisher,
  PublishFailure,
  PublishReport,
  QueueDepth,
  QueueInspector,
  QueueSource,
  QueueStats,
  ReceiveRequest,
  VisibilityChange,
} from './ports.ts';
export { Relay, type RelayOptions } from './relay/relay.ts';
export {
  createTopology,
  deadLetterQueue,
  type QueueDefinition,
  type SubscriptionDefinition,
  type TopicDefinition,
  type Topology,
  type TopologyOptions,
  taskQueue,
} from './topology.ts';
