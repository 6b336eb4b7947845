import type { OutgoingMessage } from '../messages.ts';

/** What one call of SNS and SQS takes. */
const BATCH = 10;
/** Names and types of the attributes, ids. */
const ENTRY_OVERHEAD_BYTES = 512;

/** Slices of at most ten. */
export const inTens = <T>(items: readonly T[]): readonly (readonly T[])[] => {
  if (items.length <= BATCH) return items.length === 0 ? [] : [items];
  return Array.from({ length: Math.ceil(items.length / BATCH) }, (_, index) =>
    items.slice(index * BATCH, (index + 1) * BATCH),
  );
};

/** Calls for messages of different groups: at most ten messages and `maxBytes` each, except for a single message beyond it. */
export const toBatches = (
  messages: readonly OutgoingMessage[],
  maxBytes: number,
): readonly (readonly OutgoingMessage[])[] => {
  const batches: OutgoingMessage[][] = [];
  let bytes = 0;
  for (const message of messages) {
    const size = Buffer.byteLength(message.body) + ENTRY_OVERHEAD_BYTES;
    const last = batches.at(-1);
    if (last !== undefined && last.length < BATCH && bytes + size <= maxBytes) {
      last.push(message);
      bytes += size;
    } else {
      batches.push([message]);
      bytes = size;
    }
  }
  return batches;
};

/**
 * Rounds to send one after the other: the first messages of all groups, then the second ones, and so on. A call with two
 * messages of one group could take the second and refuse the first.
 */
export const toRounds = (messages: readonly OutgoingMessage[]): readonly (readonly OutgoingMessage[])[] => {
  const depth = new Map<string, number>();
  const rounds: OutgoingMessage[][] = [];
  for (const message of messages) {
    const round = depth.get(message.groupId) ?? 0;
    depth.set(message.groupId, round + 1);
    const members = rounds[round];
    if (members === undefined) rounds.push([message]);
    else members.push(message);
  }
  return rounds;
};
