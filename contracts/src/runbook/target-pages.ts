import type { RunbookPages } from './page.ts';
import { definite, unknown } from './target-kinds.ts';

/** What a call to the outer world came to when there was no answer to judge. */
export const targetPages: RunbookPages = {
  EGRESS_REFUSED: definite(
    {
      title: 'PAO may not call this address',
      meaning: 'The address is not on the public internet, and no operator has allowed it. Nothing was sent.',
      check: ['The address in the document.', '`PAO_EGRESS_ALLOW` of the service that calls.'],
      owner: 'operator',
    },
    'Once the address is allowed or put right.',
  ),
  DNS_FAILED: definite(
    {
      title: 'The name of the host could not be resolved',
      meaning: 'There is no such host, or the name server did not answer. Nothing was sent.',
      check: ['The host in the document.', 'The name server where the executor runs.'],
      owner: 'platform team',
    },
    'Once the name resolves.',
  ),
  CONNECT_FAILED: definite(
    {
      title: 'There was no connection',
      meaning:
        'The target refused the connection, or the network has no way to it, after several tries. Nothing was sent.',
      check: ['Whether the target runs and listens there.', 'Firewalls between the executor and the target.'],
      owner: 'platform team',
    },
    'Once the target can be reached.',
  ),
  CONNECT_TIMEOUT: definite(
    {
      title: 'There was no connection in time',
      meaning: 'Nobody answered at this address within the time of the action. Nothing was sent.',
      check: ['Whether the target runs.', 'A firewall that drops packets.'],
      owner: 'platform team',
    },
    'Once the target can be reached.',
  ),
  TLS_FAILED: definite(
    {
      title: 'There was no secure connection',
      meaning: 'The certificate or the protocol of the target was not accepted. Nothing was sent.',
      check: [
        'Whether the certificate expired or names another host.',
        'Whether its authority is trusted where the executor runs.',
      ],
      owner: 'platform team',
    },
    'Once the certificate is right.',
  ),
  TIME_OVER: definite(
    {
      title: 'The time of the action was over before the call',
      meaning: 'What came before took all of the time that the document gives. Nothing was sent.',
      check: ['`timeout` of the action in the document.', 'Whether the target asked to wait, again and again.'],
      owner: 'platform team',
    },
    'Yes.',
  ),
  RESPONSE_TIMEOUT: unknown({
    title: 'The target had the call and did not answer in time',
    meaning: 'The call was sent. Whether the target carried it out is not known.',
    check: ['The load of the target, and `timeout` of the action in the document.'],
    owner: 'platform team',
  }),
  CONNECTION_LOST: unknown({
    title: 'The connection broke before the answer',
    meaning: 'The call may have been sent as a whole. Whether the target carried it out is not known.',
    check: ['Whether the target was restarted then, or a proxy between ends calls early.'],
    owner: 'platform team',
  }),
  RESPONSE_TRUNCATED: unknown({
    title: 'The answer broke off',
    meaning: 'The target answered, and the answer is not whole: it most likely carried the call out.',
    check: ['Whether a proxy between cuts answers.'],
    owner: 'platform team',
  }),
  RESPONSE_TOO_LARGE: unknown({
    title: 'The answer is larger than is read',
    meaning: 'The target answered more than the executor takes: it most likely carried the call out.',
    check: ['Whether the target can be asked for less.'],
    owner: 'platform team',
  }),
  RESPONSE_MALFORMED: unknown({
    title: 'The answer could not be understood',
    meaning:
      'What came back is not HTTP, or not in the form that was expected. The target may have carried the call out.',
    check: ['Whether the address is that of the API and not of a login page or a proxy.'],
    owner: 'platform team',
  }),
  UNEXPECTED_STATUS: unknown({
    title: 'It succeeded in a way the document does not expect',
    meaning: 'The target answered a success, with a status that is not one of those in the document.',
    check: ['The expected statuses of the action in the document.'],
    owner: 'platform team',
  }),
  ATTEMPT_INTERRUPTED: unknown({
    title: 'The executor stopped in the middle of it',
    meaning: 'Its process ended between the start of the effect and the record of its end.',
    check: ['Why the process ended: its logs at that time.'],
    owner: 'operator',
  }),
  WAIT_TIMED_OUT: unknown({
    title: 'What the task waited for did not come in time',
    meaning: 'The effect is done and something was to come of it: a run, a callback, a decision. It may still come.',
    check: ['What the message names, at the address that it gives.', 'The time that the document allows for it.'],
    owner: 'platform team',
  }),
};
