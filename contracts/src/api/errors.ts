/** Every error code of the API. Clients decide on the code, people read the message. */
export const errorCodes = {
  INVALID_JSON: {
    status: 400,
    retryable: false,
    meaning: 'The body is not valid JSON, is nested too deeply or holds a NUL character.',
  },
  INVALID_REQUEST: {
    status: 400,
    retryable: false,
    meaning: 'The request line, a header, a cursor or a query parameter is malformed.',
  },
  VALIDATION_FAILED: {
    status: 422,
    retryable: false,
    meaning: 'The body or the form input breaks its schema; `details` names each field.',
  },
  UNAUTHENTICATED: { status: 401, retryable: false, meaning: 'No credentials, or none that are valid.' },
  FORBIDDEN: { status: 403, retryable: false, meaning: 'The caller may not do this.' },
  NOT_FOUND: { status: 404, retryable: false, meaning: 'There is no such thing, or the caller may not know of it.' },
  METHOD_NOT_ALLOWED: { status: 405, retryable: false, meaning: 'The path exists for other methods; see `Allow`.' },
  CONFLICT: { status: 409, retryable: false, meaning: 'The state changed under the caller, or forbids this.' },
  PLAN_CHANGED: {
    status: 409,
    retryable: false,
    meaning: 'What would happen now is not what the plan showed; plan again. `details` says what is now.',
  },
  QUOTA_EXCEEDED: {
    status: 409,
    retryable: false,
    meaning:
      'It would use more than a quota leaves; nothing was stored. `details` names each item with the resource, whose quota it is, how much is used and the most there may be.',
  },
  IDEMPOTENCY_IN_FLIGHT: {
    status: 409,
    retryable: true,
    meaning: 'The first call with this Idempotency-Key is still under way.',
  },
  IDEMPOTENCY_MISMATCH: { status: 422, retryable: false, meaning: 'This Idempotency-Key was used with another body.' },
  PAYLOAD_TOO_LARGE: {
    status: 413,
    retryable: false,
    meaning: 'The body is over what the operation takes, as a rule 1 MiB.',
  },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, retryable: false, meaning: 'The body is not `application/json`.' },
  UNKNOWN_CATALOG_ITEM: { status: 422, retryable: false, meaning: 'The catalog offers no such item or bundle.' },
  CATALOG_ITEM_INVALID: {
    status: 422,
    retryable: false,
    meaning: 'The document as it is offered cannot be requested; its team must mend it.',
  },
  RATE_LIMITED: { status: 429, retryable: true, meaning: 'Too many calls; see `Retry-After`.' },
  INTERNAL: {
    status: 500,
    retryable: false,
    meaning: 'A fault of the server; the correlation id finds it in the logs.',
  },
  BAD_GATEWAY: { status: 502, retryable: true, meaning: 'The service behind the gateway broke off.' },
  UNAVAILABLE: { status: 503, retryable: true, meaning: 'A part the call needs is away; nothing was stored.' },
  GATEWAY_TIMEOUT: { status: 504, retryable: true, meaning: 'The service behind the gateway did not answer in time.' },
} as const satisfies Record<string, { status: number; retryable: boolean; meaning: string }>;

export type ErrorCode = keyof typeof errorCodes;
