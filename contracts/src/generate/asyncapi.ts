import { z } from 'zod';
import type { Channel, MessageContract } from '../envelope.ts';
import { envelopeSchema } from '../envelope.ts';
import { messages } from '../messages/all.ts';

/** The JSON Schema of a whole message: the envelope with the contract's data in its place. */
export const messageSchema = (contract: MessageContract): object =>
  z.toJSONSchema(envelopeSchema.extend({ type: z.literal(contract.type), data: contract.data }), { io: 'input' });

const camelCase = (type: string): string => type.replaceAll(/[-.](\w)/g, (_, letter: string) => letter.toUpperCase());

const addresses: Record<Channel, { address: string; description: string }> = {
  tasks: {
    address: 'pao-tasks-{pool}.fifo',
    description: 'SQS FIFO queue of one executor pool; the message group is the request id.',
  },
  'task-events': {
    address: 'pao-task-events.fifo',
    description: 'SNS FIFO topic; the message group is the request id.',
  },
  'request-events': {
    address: 'pao-request-events.fifo',
    description: 'SNS FIFO topic; the message group is the request id.',
  },
  'escalation-events': {
    address: 'pao-escalation-events.fifo',
    description: 'SNS FIFO topic; the message group is the request id.',
  },
  'catalog-events': {
    address: 'pao-catalog-events.fifo',
    description: 'SNS FIFO topic; the message group is the document id.',
  },
};

const channelObject = (channel: Channel) => ({
  ...addresses[channel],
  ...(channel === 'tasks' ? { parameters: { pool: { description: 'The executor pool.', default: 'default' } } } : {}),
  messages: Object.fromEntries(
    messages
      .filter((message) => message.channel === channel)
      .map((message) => [camelCase(message.type), { $ref: `#/components/messages/${camelCase(message.type)}` }]),
  ),
});

const sendOperation = (message: MessageContract) => ({
  action: 'send',
  channel: { $ref: `#/channels/${message.channel}` },
  summary: `Sent by the ${message.producer} service.`,
  messages: [{ $ref: `#/channels/${message.channel}/messages/${camelCase(message.type)}` }],
});

const messageObject = (message: MessageContract) => ({
  name: message.type,
  summary: message.summary,
  contentType: 'application/cloudevents+json',
  correlationId: { location: '$message.payload#/correlationid' },
  headers: {
    type: 'object',
    properties: {
      type: { const: message.type, description: 'What the filter policies of the subscriptions look at.' },
      traceparent: { type: 'string', description: 'W3C trace context of the sender.' },
    },
    required: ['type'],
  },
  payload: messageSchema(message),
});

/** The AsyncAPI 3 document of the bus. */
export const buildAsyncApi = (version: string): object => ({
  asyncapi: '3.0.0',
  info: {
    title: 'Platform Automation Orchestrator: the bus',
    version,
    description:
      'CloudEvents 1.0 on SNS FIFO topics and SQS FIFO queues. Consumers are idempotent by the event id and tolerate members they do not know.',
    license: { name: 'Apache-2.0' },
  },
  defaultContentType: 'application/cloudevents+json',
  channels: Object.fromEntries(
    (Object.keys(addresses) as Channel[]).map((channel) => [channel, channelObject(channel)]),
  ),
  operations: Object.fromEntries(messages.map((message) => [`send-${message.type}`, sendOperation(message)])),
  components: {
    messages: Object.fromEntries(messages.map((message) => [camelCase(message.type), messageObject(message)])),
  },
});
