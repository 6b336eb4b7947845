import type { ReceivedMessage } from '@pao/bus';
import { type Envelope, envelopeSchema, messages } from '@pao/contracts';
import { isJsonObject, type Json } from '@pao/kernel';
import type { Flaw, LostMessage, Subject } from '../../core/domain/queues/dead-letter.ts';

/** More than a queue takes: what is longer came from no bus we know. */
const MAX_BODY_BYTES = 2 * 1024 * 1024;
const MAX_GENERATION = 1_000_000;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const NAME = /^[\w.-]{1,256}$/;
const GROUP = /^[!-~]{1,128}$/;
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

const contracts = new Map(messages.map((contract) => [contract.type, contract]));

/** A foreign text as it can be kept and shown. */
const plain = (text: string, length: number): string =>
  text
    .slice(0, length)
    .toWellFormed()
    .replaceAll(/\p{Cc}/gu, '\ufffd');

const parseJson = (text: string): Json | undefined => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
};

const uuidOf = (value: unknown): string | null =>
  typeof value === 'string' && UUID.test(value) ? value.toLowerCase() : null;

const textOf = (value: unknown, length: number): string | null =>
  typeof value === 'string' && value !== '' && value.length <= length && plain(value, length) === value ? value : null;

const generationOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MAX_GENERATION ? value : null;

/** Each member by itself: what is wrong with one says nothing about the others. */
const subjectOf = (parsed: Json | undefined): Subject => {
  const envelope = parsed !== undefined && isJsonObject(parsed) ? parsed : {};
  const data = isJsonObject(envelope['data'] ?? null) ? (envelope['data'] as Readonly<Record<string, Json>>) : {};
  return {
    tenantId: textOf(envelope['tenantid'], 200),
    requestId: uuidOf(data['requestId']),
    taskId: uuidOf(data['taskId']),
    generation: generationOf(data['generation']),
    eventId: uuidOf(envelope['id']),
    correlationId: textOf(envelope['correlationid'], 200),
  };
};

interface Finding {
  readonly reason: string;
  readonly isEnvelope: boolean;
  readonly keepsContract: boolean;
}

const place = (path: readonly PropertyKey[]): string => (path.length === 0 ? 'it' : path.map(String).join('.'));

const judgeData = (envelope: Envelope, { type, receiveCount, dedupId }: ReceivedMessage): Finding => {
  const known = { isEnvelope: true, keepsContract: false };
  if (type !== envelope.type)
    return { ...known, reason: `It was sent as ${plain(type, 100)}, and its text says ${plain(envelope.type, 100)}.` };
  const contract = contracts.get(type);
  if (!contract) return { ...known, reason: `No message of type ${plain(type, 100)} is known.` };
  const data = contract.data.safeParse(envelope.data);
  const [issue] = data.error?.issues ?? [];
  if (issue)
    return { ...known, reason: plain(`Its data breaks its contract: ${place(issue.path)}: ${issue.message}`, 500) };
  const times = receiveCount > 1 ? ` (received ${receiveCount} times)` : '';
  return {
    ...known,
    keepsContract: true,
    reason: `Nobody could handle it${times}; the logs of its receiver name it as ${plain(dedupId, 128)}.`,
  };
};

const judge = (parsed: Json | undefined, message: ReceivedMessage): Finding => {
  const unreadable = { isEnvelope: false, keepsContract: false };
  if (parsed === undefined) return { ...unreadable, reason: 'Its text is not JSON.' };
  const envelope = envelopeSchema.safeParse(parsed);
  if (envelope.success) return judgeData(envelope.data, message);
  const [issue] = envelope.error.issues;
  return {
    ...unreadable,
    reason: plain(`Its text is not an envelope: ${place(issue?.path ?? [])}: ${issue?.message}`, 500),
  };
};

const flawOf = ({ type, groupId, body }: ReceivedMessage, bytes: number, finding: Finding): Flaw | null => {
  if (bytes > MAX_BODY_BYTES) return 'cut';
  if (!finding.isEnvelope) return 'unreadable';
  return NAME.test(type) && GROUP.test(groupId) && body.isWellFormed() && !body.includes('\0') ? null : 'unsendable';
};

/** What is known of a message in the dead letters of `queue`. Never throws, whatever the message holds. */
export const readLostMessage = (queue: string, message: ReceivedMessage): LostMessage => {
  const body = Buffer.from(message.body);
  const parsed = body.length > MAX_BODY_BYTES ? undefined : parseJson(message.body);
  const finding = judge(parsed, message);
  const { traceparent, sentAt } = message;
  return {
    ...subjectOf(parsed),
    queue,
    messageId: plain(message.messageId, 256),
    type: plain(message.type, 256),
    groupId: plain(message.groupId, 128),
    dedupId: plain(message.dedupId, 128),
    traceparent: traceparent !== undefined && TRACEPARENT.test(traceparent) ? traceparent : null,
    receiveCount: Number.isInteger(message.receiveCount) ? message.receiveCount : 1,
    sentAt: Number.isNaN(sentAt.getTime()) ? new Date(0) : sentAt,
    body: body.subarray(0, MAX_BODY_BYTES),
    bytes: body.length,
    reason: body.length > MAX_BODY_BYTES ? `Its text has ${body.length} bytes.` : finding.reason,
    flaw: flawOf(message, body.length, finding),
    mayHaveBegun: finding.keepsContract,
  };
};
