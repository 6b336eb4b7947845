import type { DeadLetterDetails, DeadLetter as DeadLetterView } from '@pao/contracts';
import type { DeadLetter, LetterChange } from '../../core/domain/queues/dead-letter.ts';
import { judgeRedrive } from '../../core/domain/queues/judge-redrive.ts';

/** Of a text that is shown. */
const SHOWN = 65_536;

const traceIdOf = (traceparent: string | null): string | null => traceparent?.split('-')[1] ?? null;

const obstacleOf = (letter: DeadLetter, queues: ReadonlySet<string>): DeadLetterView['obstacle'] => {
  const judged = judgeRedrive(letter, queues, false);
  return judged.ok ? undefined : judged.error;
};

export const letterView = (letter: DeadLetter, queues: ReadonlySet<string>): DeadLetterView => {
  const obstacle = obstacleOf(letter, queues);
  return {
    id: letter.id,
    queue: letter.queue,
    type: letter.type,
    messageGroupId: letter.groupId,
    requestId: letter.requestId,
    taskId: letter.taskId,
    generation: letter.generation,
    eventId: letter.eventId,
    correlationId: letter.correlationId,
    traceId: traceIdOf(letter.traceparent),
    reason: letter.reason,
    bytes: letter.bytes,
    receiveCount: letter.receiveCount,
    sentAt: letter.sentAt.toISOString(),
    parkedAt: letter.parkedAt.toISOString(),
    status: letter.status,
    ...(obstacle && letter.status === 'parked' && { obstacle }),
  };
};

interface Details {
  readonly body: Uint8Array;
  readonly history: readonly LetterChange[];
  readonly sameEvent: readonly string[];
}

export const letterDetails = (
  letter: DeadLetter,
  { body, history, sameEvent }: Details,
  queues: ReadonlySet<string>,
): DeadLetterDetails => {
  const text = new TextDecoder().decode(body);
  return {
    ...letterView(letter, queues),
    deduplicationId: letter.dedupId,
    messageId: letter.messageId,
    body: text.slice(0, SHOWN).toWellFormed().replaceAll('\0', '\ufffd'),
    bodyTruncated: text.length > SHOWN || letter.flaw === 'cut',
    history: history.map(({ at, ...change }) => ({ at: at.toISOString(), ...change })),
    sameEvent: [...sameEvent],
  };
};
