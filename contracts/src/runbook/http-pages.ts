import type { RunbookPage, RunbookPages } from './page.ts';
import { safeAgain } from './safe.ts';
import { definite, type Told, unknown } from './target-kinds.ts';

/** The target had the call; that it did not do what was asked is its own word. */
const itFailed = (told: Told): RunbookPage => ({
  area: 'target',
  mayHaveHappened: 'A part of it: the target began, and says that it failed. What it left behind, it alone knows.',
  safe: safeAgain('Once the cause is gone, and what the target left behind is out of the way.'),
  owner: 'platform team',
  ...told,
});

/** What can be wrong with tokens, with what is waited for, and with ServiceNow. */
export const httpPages: RunbookPages = {
  TOKEN_REFUSED: definite(
    {
      title: 'The token endpoint gave no token',
      meaning: 'It refused the client, or answered something that is no bearer token. The call itself was not made.',
      check: ['`tokenUrl`, `clientId`, `scopes` and `audience` of the action.', 'The secret that `secretRef` names.'],
      owner: 'platform team',
    },
    'Once the client gets its token.',
  ),
  TOKEN_UNAVAILABLE: definite(
    {
      title: 'The token endpoint could not be asked',
      meaning: 'It was not reached, too busy, or failed, several times. The call itself was not made.',
      check: ['Whether the token endpoint works.'],
      owner: 'platform team',
    },
    'Once the token endpoint works.',
  ),
  POLL_FAILED: itFailed({
    title: 'The target says that what was asked has failed',
    meaning: 'The call was taken, and `poll.failWhen` of the document is true of what the target said later.',
    check: ['What the target says, in the evidence.'],
    owner: 'platform team',
  }),
  POLL_REFUSED: unknown({
    title: 'The target can’t be asked whether it is done',
    meaning:
      'The call was taken, and three looks in a row were refused: a 4xx, a redirect, or an answer that is too large.',
    check: ['`poll.url` of the document, and whether the same credentials may read there.'],
    owner: 'platform team',
  }),
  CALLBACK_UNAVAILABLE: definite(
    {
      title: 'Nobody could call back',
      meaning:
        'The document waits for a callback, and this installation has no address that targets can call. Nothing was sent.',
      check: ['`PAO_PUBLIC_URL` of the request service.'],
      owner: 'operator',
    },
    'Once the address is set.',
  ),
  CALLBACK_FAILED: itFailed({
    title: 'The target called back that it failed',
    meaning: 'The message was taken, and the callback says `failed`.',
    check: ['What the callback says, in the evidence.'],
    owner: 'platform team',
  }),
  SERVICENOW_NOT_CONFIGURED: definite(
    {
      title: 'There is no ServiceNow',
      meaning: 'The executor knows no instance. Nothing was sent.',
      check: ['`PAO_SERVICENOW_INSTANCES`, where the executor runs.'],
      owner: 'operator',
    },
    'Once it is configured.',
  ),
  SERVICENOW_ITEM_UNKNOWN: definite(
    {
      title: 'ServiceNow has no such catalog item, or several',
      meaning:
        'The document names an item that is not active under this name, or more than one is. Nothing was ordered.',
      check: ['`catalogItem` of the document: the sys_id of the item is never ambiguous.'],
      owner: 'platform team',
    },
    'Once the item is there, and there once.',
  ),
  SERVICENOW_DECLINED: itFailed({
    title: 'The record was closed as one that is not done',
    meaning: 'Whoever worked on it cancelled or rejected it, or closed it as incomplete.',
    check: ['The close notes, in the evidence.'],
    owner: 'developer',
  }),
  SERVICENOW_RECORD_GONE: unknown({
    title: 'The record that is waited for can’t be read any more',
    meaning: 'It was deleted, or the account may not see it any more; three looks in a row said so.',
    check: ['What became of the record, by its number.'],
    owner: 'developer',
  }),
};
