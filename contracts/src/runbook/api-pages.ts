import { type ErrorCode, errorCodes } from '../api/errors.ts';
import type { RunbookPage } from './page.ts';

interface Written {
  readonly title: string;
  readonly check: readonly string[];
  readonly call: string;
  readonly owner?: RunbookPage['owner'];
  readonly mayHaveHappened?: string;
}

const NOTHING = 'Nothing: the call was refused before it changed anything.';
const PERHAPS = 'The call may have been carried out: its answer is what was lost.';
const AS_IT_IS = 'Not as it is: change the call first.';
const WITH_SAME_KEY = 'Yes, with the same Idempotency-Key: then it is carried out once, however often it is sent.';

const written: Readonly<Record<ErrorCode, Written>> = {
  INVALID_JSON: {
    title: 'The body is not JSON that can be read',
    check: ['The place that the message names.', 'That the body is UTF-8 and not nested deeper than the limit.'],
    call: AS_IT_IS,
  },
  INVALID_REQUEST: {
    title: 'The call is malformed',
    check: [
      'The parameter that `details` names.',
      'That a cursor is used with the filters it was made for; start without one.',
    ],
    call: AS_IT_IS,
  },
  VALIDATION_FAILED: {
    title: 'What was filled in breaks the rules of its form',
    check: ['Each field in `details`.', 'The form: `devctl catalog get <id>`.'],
    call: AS_IT_IS,
  },
  UNAUTHENTICATED: {
    title: 'The caller is not known',
    check: ['That an API key is sent as a bearer token (`PAO_API_KEY`).', 'That the key was not replaced or removed.'],
    call: 'Once a valid key is sent.',
  },
  FORBIDDEN: {
    title: 'The caller may not do this',
    check: ['The roles and teams of the key.', 'Whose request, approval or quota it is.'],
    call: 'By somebody who may, or once an operator gave the role.',
  },
  NOT_FOUND: {
    title: 'There is no such thing, or the caller may not know of it',
    check: ['The id, and that it is of this tenant.', 'Whether retention has removed it.'],
    call: AS_IT_IS,
  },
  METHOD_NOT_ALLOWED: {
    title: 'The path takes other methods',
    check: ['The `Allow` header.'],
    call: AS_IT_IS,
  },
  CONFLICT: {
    title: 'The state is another one by now',
    check: ['How it stands now: `devctl request get <id>`.', 'Whether somebody else has decided already.'],
    call: 'Once you have looked at how it stands, and still want it.',
  },
  PLAN_CHANGED: {
    title: 'What would happen is not what was agreed to',
    check: ['The new plan: a document, a price or a quota changed since.'],
    call: 'With the digest of the new plan, once somebody has looked at it.',
  },
  QUOTA_EXCEEDED: {
    title: 'A quota has not enough left',
    check: ['What is used and by whom: `devctl quota list`.', 'What is gone already but still counted.'],
    call: 'Once something was released (`devctl quota release`) or the quota was raised.',
    owner: 'platform team',
  },
  IDEMPOTENCY_IN_FLIGHT: {
    title: 'The same call is still under way',
    check: ['The answer of the first call.'],
    call: WITH_SAME_KEY,
    mayHaveHappened: 'The first call is being carried out.',
  },
  IDEMPOTENCY_MISMATCH: {
    title: 'The Idempotency-Key belongs to another call',
    check: ['That each call has a key of its own.', 'What the first call with this key asked for.'],
    call: 'With a new key.',
    mayHaveHappened: 'This call did nothing; the first call with this key was carried out.',
  },
  PAYLOAD_TOO_LARGE: {
    title: 'The body is too large',
    check: ['The limit that the message names.', 'Whether a submission can be split into several.'],
    call: AS_IT_IS,
  },
  UNSUPPORTED_MEDIA_TYPE: {
    title: 'The body is not `application/json`',
    check: ['The `Content-Type` header, and that the body is not compressed.'],
    call: AS_IT_IS,
  },
  UNKNOWN_CATALOG_ITEM: {
    title: 'The catalog does not offer it',
    check: ['The id: `devctl catalog list`.', 'Whether it was retired: `devctl catalog versions <id>`.'],
    call: AS_IT_IS,
  },
  CATALOG_ITEM_INVALID: {
    title: 'The document cannot be requested as it is',
    check: ['The finding in the message.', 'The document: `devctl validate` in its repository.'],
    call: 'Once its team has mended the document and the catalog has read it.',
    owner: 'platform team',
  },
  RATE_LIMITED: {
    title: 'Too many calls',
    check: ['That the caller waits as `Retry-After` says.', 'Whether a stream would do instead of polling.'],
    call: 'After the time in `Retry-After`.',
  },
  INTERNAL: {
    title: 'The server failed',
    check: ['The logs, by the correlation id of the answer.', 'How the request stands, before it is sent again.'],
    call: WITH_SAME_KEY,
    owner: 'operator',
    mayHaveHappened: PERHAPS,
  },
  BAD_GATEWAY: {
    title: 'The service behind the gateway broke off',
    check: ['Whether the service runs: `/health/ready` of the gateway.', 'Its logs, by the correlation id.'],
    call: WITH_SAME_KEY,
    owner: 'operator',
    mayHaveHappened: PERHAPS,
  },
  UNAVAILABLE: {
    title: 'A part that the call needs is away',
    check: ['Which part: `/health/ready`.', 'The database and the queues.'],
    call: WITH_SAME_KEY,
    owner: 'operator',
  },
  GATEWAY_TIMEOUT: {
    title: 'The service behind the gateway did not answer in time',
    check: ['Whether it was carried out: the list of requests.', 'The load of the service and of its database.'],
    call: WITH_SAME_KEY,
    owner: 'operator',
    mayHaveHappened: PERHAPS,
  },
};

const pageOf = (code: ErrorCode): RunbookPage => {
  const { title, check, call, owner = 'developer', mayHaveHappened = NOTHING } = written[code];
  return { area: 'api', title, meaning: errorCodes[code].meaning, mayHaveHappened, check, safe: { call }, owner };
};

/** One page for each code that the API answers with. */
export const apiPages: Readonly<Record<ErrorCode, RunbookPage>> = Object.fromEntries(
  (Object.keys(written) as ErrorCode[]).map((code) => [code, pageOf(code)]),
) as Record<ErrorCode, RunbookPage>;
