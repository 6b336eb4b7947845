import type { RunbookPages } from './page.ts';
import { definite, unknown } from './target-kinds.ts';

const EVIDENCE = 'What the target answered: the evidence of the failure.';

/** `HTTP_<status>`: what the target answered. A status without a page of its own has that of its class. */
export const statusPages: RunbookPages = {
  HTTP_400: definite(
    {
      title: 'The target did not accept what was sent',
      meaning:
        'It answered 400: the call as the document writes it is wrong for this target, or what was filled in is.',
      check: [EVIDENCE, 'What is sent: `devctl test variables <file|id>`.'],
    },
    'Only once the target accepts it; a request keeps the document it was made with.',
  ),
  HTTP_401: definite(
    {
      title: 'The target does not know who called',
      meaning: 'It answered 401: the credential is missing, wrong or expired.',
      check: ['The credential that the document names, where the executor runs.', 'Whether it expired.'],
    },
    'Once the credential is right.',
  ),
  HTTP_403: definite(
    {
      title: 'The target does not permit this',
      meaning: 'It answered 403: the account may not do this.',
      check: ['The rights of the account.', EVIDENCE],
    },
    'Once the account has the right.',
  ),
  HTTP_404: definite(
    {
      title: 'The target has nothing at this address',
      meaning: 'It answered 404: the address is wrong, or what it is about does not exist.',
      check: [
        'The address, and what was filled into it.',
        'Whether the account may see it: some targets answer 404 then.',
      ],
    },
    'Once it exists.',
  ),
  HTTP_408: unknown({
    title: 'The target gave up waiting',
    meaning: 'It answered 408: what it had read by then is not known.',
    check: ['The load of the target.'],
  }),
  HTTP_409: unknown({
    title: 'The target says there is such a thing already',
    meaning: 'It answered 409: something with this key or name is there or under way, perhaps made by this very task.',
    check: ['Whether what is there was made by this task or by somebody else.'],
  }),
  HTTP_422: definite(
    {
      title: 'The target did not accept the values',
      meaning: 'It answered 422: it understood the call and refuses what is in it.',
      check: [EVIDENCE, 'What was filled in, and the rules of the form.'],
    },
    'Only once the target accepts it; else ask anew with other values.',
  ),
  HTTP_429: definite(
    {
      title: 'The target has too many calls',
      meaning: 'It answered 429, also after the waits that it asked for.',
      check: ['The limits of the target, and who else uses them.'],
    },
    'Yes, later.',
  ),
  HTTP_1XX: unknown({
    title: 'The target answered without an end',
    meaning: 'It answered an interim status as if it were the last.',
    check: ['Whether the address is that of the API.'],
  }),
  HTTP_2XX: unknown({
    title: 'The target answered a success that is none here',
    meaning: 'It answered a success that the action does not expect.',
    check: ['The expected statuses of the action in the document.'],
  }),
  HTTP_3XX: unknown({
    title: 'The target is elsewhere',
    meaning:
      'It answered with a redirect, and redirects are not followed. After 301, 307 and 308 nothing took effect; after 302 and 303 nobody knows.',
    check: ['The address in `location` of the evidence: put it into the document.', 'Whether it is a login page.'],
  }),
  HTTP_4XX: definite(
    {
      title: 'The target refused it',
      meaning: 'It answered a status from 400 to 499: it did not act on the call.',
      check: [EVIDENCE],
    },
    'Once the cause is gone.',
  ),
  HTTP_5XX: unknown({
    title: 'The target failed',
    meaning: 'It answered a status from 500 on. What it did before it failed is not known.',
    check: ['The logs and the health of the target.', EVIDENCE],
  }),
};
