import { ok, TransientError } from '@pao/kernel';
import { advance, begin, type Recording } from '../domain/audit.ts';
import {
  decideTicket,
  type Needs,
  type TicketDecision,
  type TicketRefusal,
  type TicketReport,
} from '../domain/decide-ticket.ts';
import type { DispatchedOrder } from '../domain/dispatch.ts';
import type { Request } from '../domain/request.ts';
import type { OutboundMessage } from '../ports/outbound-message.ts';
import { answerAgain } from './answer-again.ts';
import { type CallContext, causeOf } from './caller.ts';
import { teamsToTell } from './concerned-teams.ts';
import type { Dependencies } from './dependencies.ts';
import { handBackRefusedMessage, settledMessages } from './escalation-messages.ts';
import { commandMessage, type MessageContext, outcomeMessages } from './messages.ts';
import { neededOf } from './prepare-decision.ts';
import { dispatchNext } from './record-report.ts';

export interface ReceivedTicket {
  readonly eventId: string;
  readonly requestId: string;
  readonly report: TicketReport;
  readonly context: CallContext;
}

/** `absorbed`: the report is late, repeated or about something unknown, and changed nothing. */
export type TicketOutcome =
  | { readonly kind: 'recorded'; readonly status: Request['status'] }
  | {
      readonly kind: 'absorbed';
      readonly reason: TicketRefusal | { readonly kind: 'unknown-request' | 'handled-before' };
    };

const ACTOR = 'escalation';
const MAX_ROUNDS = 20;

/** Takes what the escalation service reports of tickets, as `recordReport` does what the executor reports of tasks. */
export const recordTicket =
  (dependencies: Dependencies) =>
  async (received: ReceivedTicket): Promise<TicketOutcome> => {
    const { store, commits, now, digest } = dependencies;
    const { report, requestId, eventId } = received;
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const before = await store.find(requestId);
      if (!before) return { kind: 'absorbed', reason: { kind: 'unknown-request' } };
      const at = now();
      const decided = decideTicket(before, report, await needsOf(before, report, dependencies), at);
      if (!decided.ok) {
        if ((await answerAgain(before, received, dependencies)) === 'conflict') continue;
        return { kind: 'absorbed', reason: decided.error };
      }
      const actor = 'by' in report ? report.by : ACTOR;
      const recording = { cause: causeOf(received.context, actor, at), digest };
      const reported = advance(begin(before), decided.value.events, recording);
      const { progress, dispatched } = await dispatchNext(reported, recording, dependencies);
      const request = { ...progress.request, version: before.version + 1 };
      const messages = messagesOf(
        {
          ...{ before, after: request, dispatched, decision: decided.value, received },
          teams: await teamsToTell(before, request, dependencies),
        },
        recording,
        dependencies,
      );
      const outcome = await store.save(eventId, before, { ...progress, request, messages });
      if (outcome === 'handled') return { kind: 'absorbed', reason: { kind: 'handled-before' } };
      if (outcome === 'conflict') continue;
      commits.committed({ ...progress, request, messages });
      return { kind: 'recorded', status: request.status };
    }
    throw new TransientError(`request ${requestId} changes faster than a ticket can be recorded`);
  };

const needsOf = async (request: Request, report: TicketReport, dependencies: Dependencies): Promise<Needs> => {
  if (report.kind !== 'done') return ok([]);
  const needed = await neededOf(request, report.taskId, dependencies);
  return needed.ok ? needed : { ok: false, error: needed.error.failure.message };
};

interface MessageParts {
  readonly before: Request;
  readonly after: Request;
  readonly dispatched: readonly DispatchedOrder[];
  readonly decision: TicketDecision;
  readonly received: ReceivedTicket;
  readonly teams: readonly string[] | undefined;
}

const messagesOf = (
  { before, after, dispatched, decision: { refused }, received: { report, context: caller }, teams }: MessageParts,
  { cause }: Recording,
  { newId, sealer, callbacks }: Dependencies,
): readonly OutboundMessage[] => {
  const context: MessageContext = { newId, at: cause.at, traceparent: caller.traceparent, sealer, callbacks, teams };
  const by = 'by' in report ? { settledBy: report.by } : {};
  return [
    ...(refused ? [handBackRefusedMessage({ request: after, ...refused }, context)] : []),
    ...settledMessages({ before, after, by: 'ticket', ...by }, context),
    ...dispatched.map((task) => commandMessage(after, task, context)),
    ...outcomeMessages(before, after, context),
  ];
};
