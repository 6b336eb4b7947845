import type { Failure } from '../../core/domain/verdict.ts';

/** Failures before anything was sent. All name the reference, which is no secret, and what to do; none holds a value. */
const failure =
  (code: string) =>
  (reference: string, reason: string): Failure => ({
    code,
    message: `The secret ${JSON.stringify(reference)} ${reason}`,
  });

export const storeUnknown = failure('SECRET_STORE_UNKNOWN');
export const notFound = failure('SECRET_NOT_FOUND');
/** The store would not give it to this executor, or this executor not to documents. */
export const denied = failure('SECRET_DENIED');
/** The reference, what lies there, or the way to the store is wrong: the same again would fail again. */
export const unusable = failure('SECRET_UNUSABLE');
