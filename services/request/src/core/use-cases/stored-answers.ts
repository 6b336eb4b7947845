import { err, ok, type Result } from '@pao/kernel';
import type { Answer, AnswerKey, RequestStore } from '../ports/request-store.ts';

/** A call of a person, as far as a repetition of it is told from another call. */
interface Call {
  readonly tenantId: string;
  readonly by: { readonly id: string };
  readonly idempotency?: { readonly key: string; readonly fingerprint: string };
}

export interface Place {
  /** The operation: one key means one call of one operation. */
  readonly route: string;
  readonly status: number;
}

const keyOf = ({ tenantId, by }: Call, { route }: Place, key: string): AnswerKey => ({
  tenantId,
  principal: by.id,
  route,
  key,
});

/** What is stored with a change, so that the same call is answered the same again; nothing for a call without a key. */
export const answerOf = (call: Call, place: Place, view: object): Answer | undefined =>
  call.idempotency && {
    key: keyOf(call, place, call.idempotency.key),
    stored: { fingerprint: call.idempotency.fingerprint, status: place.status, body: JSON.stringify(view) },
  };

/** What this call was answered before. */
export const findAnswer = async <View>(
  call: Call,
  place: Place,
  { store }: { readonly store: Pick<RequestStore, 'findAnswer'> },
): Promise<Result<View, { readonly kind: 'other-body' }> | undefined> => {
  if (!call.idempotency) return undefined;
  const answer = await store.findAnswer(keyOf(call, place, call.idempotency.key));
  if (!answer) return undefined;
  if (answer.fingerprint !== call.idempotency.fingerprint) return err({ kind: 'other-body' });
  return ok(JSON.parse(answer.body) as View);
};
