import type { RunbookPage, RunbookPages } from './page.ts';
import { LOOK_AT_TARGET, NOTHING_HAPPENED, PERHAPS_HAPPENED, SAFE_ONCE_CHECKED, safeAgain } from './safe.ts';

type Told = Pick<RunbookPage, 'title' | 'meaning' | 'check'> & Partial<Pick<RunbookPage, 'owner' | 'mayHaveHappened'>>;

const ASK_ANEW = 'Seldom: a request keeps the document it was made with. Mend the document and ask anew.';

const page = (told: Told, safe: string | RunbookPage['safe'] = ASK_ANEW): RunbookPage => ({
  area: 'task',
  mayHaveHappened: NOTHING_HAPPENED,
  safe: typeof safe === 'string' ? safeAgain(safe) : safe,
  owner: 'platform team',
  ...told,
});

const VARIABLES = 'What each variable is: `devctl test variables <file|id>`.';

/** What can be wrong with a task before anything is sent, and with what it gave. */
export const taskPages: RunbookPages = {
  TEMPLATE_ERROR: page({
    title: 'A template of the document could not be filled in',
    meaning: 'A variable has no value here, or a text came out too long. Nothing was sent.',
    check: ['The place that the message names.', VARIABLES, 'The outputs of the tasks before it.'],
  }),
  CONDITION_ERROR: page({
    title: 'A condition of the document could not be judged',
    meaning: 'Whether the task is to run could not be decided, so it did not run.',
    check: ['The condition that the message names.', VARIABLES],
  }),
  CONFIG_INVALID: page({
    title: 'The configuration of the action is not valid',
    meaning: 'Filled in, the configuration breaks the rules of its action type. Nothing was sent.',
    check: ['The member that the message names.', VARIABLES],
  }),
  ACTION_UNSUPPORTED: page({
    title: 'The executor does not support this setting',
    meaning: 'The configuration uses what this executor cannot do yet. Nothing was sent.',
    check: ['The member that the message names.', 'Whether a newer executor supports it.'],
  }),
  UNKNOWN_ACTION_TYPE: page(
    {
      title: 'No executor of this pool serves the action type',
      meaning: 'The task went to an executor that does not know what to do with it. Nothing was sent.',
      check: ['The type in the document.', 'Which executor serves the pool.'],
      owner: 'operator',
    },
    'Once an executor of the pool serves the type.',
  ),
  ROLLBACK_UNSUPPORTED: page(
    {
      title: 'The action type can’t undo what it did',
      meaning:
        'The request is rolled back, and the executor that the undo went to serves a version of the action type that can’t undo. Nothing was changed.',
      check: ['Which version of the action type the executors of the pool serve; GET /api/v1/executors tells.'],
      owner: 'operator',
    },
    'Once an executor of the pool can; or undo it by hand and complete the task.',
  ),
  ACTION_TYPE_BROKEN: page(
    {
      title: 'The action type does not go on as it says',
      meaning: 'Its executor asked for a further step or a wait that it does not serve: a bug of the action type.',
      mayHaveHappened: 'What the evidence of the failure lists as done before. Nothing after that.',
      check: ['The version of the executor, and its logs by the correlation id.'],
      owner: 'operator',
    },
    'Once the executor is mended.',
  ),
  OUTPUT_INVALID: page({
    title: 'An expression for an output is not valid',
    meaning: 'What the document takes from the answer cannot be computed; this was seen before anything was sent.',
    check: ['The expression that the message names (JMESPath).'],
  }),
  SECRETS_UNAVAILABLE: page(
    {
      title: 'The secrets of the request cannot be opened',
      meaning: 'They are sealed with a key that this service does not have, or they were altered. Nothing was sent.',
      check: ['`PAO_DATA_KEYS` of the request service and of the executor: both need the key that the message names.'],
      owner: 'operator',
    },
    'Once the keys are the same.',
  ),
  SECRET_EXPOSED: page({
    title: 'A secret would have been seen',
    meaning: 'The document puts a secret where people and logs see it. Nothing was sent.',
    check: ['The member that the message names: take the secret out of it.'],
  }),
  SECRET_NOT_FOUND: page(
    {
      title: 'A credential is not there',
      meaning: 'The store of the executor has no secret of the name that the document gives. Nothing was sent.',
      check: [
        'The reference in the document.',
        'The store that it names: the environment of the executor, a file, AWS or Vault.',
      ],
      owner: 'operator',
    },
    'Once the credential is there.',
  ),
  SECRET_STORE_UNKNOWN: page({
    title: 'The executor does not know this store of secrets',
    meaning: 'The document refers to a store that this executor does not serve. Nothing was sent.',
    check: ['The reference in the document.'],
  }),
  COMMAND_NOT_DELIVERED: page(
    {
      title: 'The command of the task came back too often',
      meaning:
        'No executor acknowledged the command, so it was taken out of the queue. An executor may have begun it each time and failed before it could say so.',
      mayHaveHappened: PERHAPS_HAPPENED,
      check: [LOOK_AT_TARGET, 'Why executors of the pool fail: their logs, by the correlation id.'],
      owner: 'operator',
    },
    SAFE_ONCE_CHECKED,
  ),
};
