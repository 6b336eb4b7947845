import { z } from 'zod';

/**
 * What every message on the bus looks like: CloudEvents 1.0 in structured JSON. `subject` is the request id (catalog events:
 * the document id) and equals the message group. Extension attributes follow the CloudEvents rules (lower case, no marks).
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
 */
export const envelopeSchema = z.object({
  specversion: z.literal('1.0'),
  id: z.uuid(),
  source: z.string().min(1),
  type: z.string().min(1),
  subject: z.string().min(1),
  time: z.iso.datetime(),
  datacontenttype: z.literal('application/json'),
  correlationid: z.string().min(1),
  tenantid: z.string().min(1),
  data: z.unknown(),
});

export type Envelope<Data = unknown> = Omit<z.infer<typeof envelopeSchema>, 'data'> & { readonly data: Data };

/** The topics and the task queues of the bus, by their logical names. */
export type Channel = 'task-events' | 'request-events' | 'catalog-events' | 'escalation-events' | 'tasks';

/** One message contract. `type` is its name on the wire and never changes its meaning: a new meaning is a new version. */
export interface MessageContract<Type extends string = string, Schema extends z.ZodType = z.ZodType> {
  readonly type: Type;
  readonly channel: Channel;
  /** Who sends it. */
  readonly producer: 'catalog' | 'request' | 'executor' | 'escalation';
  readonly summary: string;
  readonly data: Schema;
}

export const defineMessage = <const Type extends string, Schema extends z.ZodType>(
  contract: MessageContract<Type, Schema>,
): MessageContract<Type, Schema> => contract;

export interface EnvelopeFields {
  readonly id: string;
  readonly subject: string;
  readonly time: Date;
  readonly correlationId: string;
  readonly tenantId: string;
}

/** The JSON text of a message. The data is typed, not parsed again: the sender is our own code. */
export const encodeMessage = <Schema extends z.ZodType>(
  contract: MessageContract<string, Schema>,
  fields: EnvelopeFields,
  data: z.input<Schema>,
): string => {
  const envelope: Envelope<z.input<Schema>> = {
    specversion: '1.0',
    id: fields.id,
    source: `/pao/${contract.producer}`,
    type: contract.type,
    subject: fields.subject,
    time: fields.time.toISOString(),
    datacontenttype: 'application/json',
    correlationid: fields.correlationId,
    tenantid: fields.tenantId,
    data,
  };
  return JSON.stringify(envelope);
};

/**
 * Reads a message of a known contract. Unknown members are dropped, so that a newer sender may add some.
 * @throws z.ZodError or SyntaxError for a text that breaks the contract: a bug of its sender, so the message ends in the DLQ.
 */
export const decodeMessage = <Schema extends z.ZodType>(
  contract: MessageContract<string, Schema>,
  text: string,
): Envelope<z.output<Schema>> => {
  const envelope = envelopeSchema.parse(JSON.parse(text));
  if (envelope.type !== contract.type) throw new TypeError(`expected a ${contract.type} message, not ${envelope.type}`);
  return { ...envelope, data: contract.data.parse(envelope.data) };
};
