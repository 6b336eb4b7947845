import type { ResumeTaskV1 } from '@pao/contracts';
import { err, type Json, ok, type Result, TransientError } from '@pao/kernel';
import { advance, begin } from '../domain/audit.ts';
import { type CallbackRefusal, decideCallback } from '../domain/decide-callback.ts';
import { taskAt } from '../domain/request.ts';
import { toStorable } from '../domain/storable.ts';
import type { Callbacks } from '../ports/callbacks.ts';
import { type CallContext, causeOf } from './caller.ts';
import type { Dependencies } from './dependencies.ts';
import { resumeMessage } from './resume-message.ts';

export interface CallbackCommand {
  readonly token: string;
  /** JSON; null for an empty body. */
  readonly body: Json;
  readonly context: CallContext;
}

export type CallbackError = Exclude<CallbackRefusal, 'repeated' | 'unknown-task'> | 'unknown';

type Received = Result<'accepted' | 'repeated', CallbackError>;

export interface CallbackDependencies extends Omit<Dependencies, 'callbacks'> {
  readonly callbacks: Callbacks | undefined;
}

const ACTOR = 'callback';
const MAX_ROUNDS = 20;

/** Takes what was sent to a task's callback URL, once, and passes it on to the executor that waits for it. */
export const receiveCallback =
  (dependencies: CallbackDependencies) =>
  async ({ token, body, context }: CallbackCommand): Promise<Received> => {
    const { callbacks, store, commits, now, newId, digest, sealer } = dependencies;
    const called = callbacks?.read(token);
    if (!called) return err('unknown');
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const before = await store.find(called.requestId);
      if (!before) return err('unknown');
      const at = now();
      const decided = decideCallback(before, called, at);
      if (!decided.ok) return decided.error === 'repeated' ? ok('repeated') : err(errorOf(decided.error));
      const recording = { cause: causeOf(context, ACTOR, at), digest };
      const progress = advance(begin(before), decided.value, recording);
      const request = { ...progress.request, version: before.version + 1 };
      const answer = answerOf(body, at);
      const sending = { newId, at, traceparent: context.traceparent, sealer };
      const messages = [resumeMessage(request, taskAt(request, called.position), answer, sending)];
      const next = { ...progress, request, messages };
      if ((await store.save(newId(), before, next)) !== 'saved') continue;
      commits.committed(next);
      return ok('accepted');
    }
    throw new TransientError('the request changes faster than a callback can be recorded');
  };

/** The contract's type is mutable; the value is the same. */
const answerOf = (body: Json, at: Date) =>
  ({ kind: 'callback', body: toStorable(body), receivedAt: at.toISOString() }) as ResumeTaskV1['answer'];

const errorOf = (refusal: Exclude<CallbackRefusal, 'repeated'>): CallbackError =>
  refusal === 'unknown-task' ? 'unknown' : refusal;
