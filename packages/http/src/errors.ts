import { docUrlOf, type ErrorCode, type ErrorDetail, type ErrorEnvelope, errorCodes } from '@pao/contracts';

export type ResponseHeaders = Readonly<Record<string, string>>;

/** An answer that is no success, before it is put into the envelope. */
export interface ApiError {
  readonly error: {
    readonly code: ErrorCode;
    readonly status: number;
    readonly message: string;
    readonly details: readonly ErrorDetail[];
    readonly retryable: boolean;
  };
  readonly headers?: ResponseHeaders;
}

export interface ApiErrorOptions {
  /** Decides on status and retryable, which the next two override. */
  readonly code: ErrorCode;
  readonly status?: number;
  readonly retryable?: boolean;
  /** For people; says what to do. Never holds internals. */
  readonly message: string;
  readonly details?: readonly ErrorDetail[];
  readonly headers?: ResponseHeaders;
}

export const apiError = ({ code, status, retryable, message, details = [], headers }: ApiErrorOptions): ApiError => ({
  error: {
    code,
    status: status ?? errorCodes[code].status,
    message,
    details,
    retryable: retryable ?? errorCodes[code].retryable,
  },
  ...(headers && { headers }),
});

export interface ErrorIds {
  readonly correlationId: string;
  readonly traceId: string;
}

export const errorEnvelope = ({ error }: ApiError, { correlationId, traceId }: ErrorIds): ErrorEnvelope => ({
  error: {
    code: error.code,
    message: error.message,
    details: [...error.details],
    correlation_id: correlationId,
    trace_id: traceId,
    retryable: error.retryable,
    doc_url: docUrlOf(error.code) ?? '',
  },
});

/** Carries an `ApiError` out of a place that can't return one. Stays inside this package. */
export class ApiErrorThrown extends Error {
  override readonly name = 'ApiErrorThrown';
  readonly answer: ApiError;

  constructor(answer: ApiError) {
    super(answer.error.message);
    this.answer = answer;
  }
}

export const refuse = (options: ApiErrorOptions): never => {
  throw new ApiErrorThrown(apiError(options));
};
