import type { RunbookPage, RunbookPages } from './page.ts';
import { SAFE_ONCE_CHECKED, safeAgain } from './safe.ts';

type Told = Pick<RunbookPage, 'title' | 'meaning' | 'check' | 'owner'>;

const untouched = (told: Told, when: string): RunbookPage => ({
  area: 'target',
  mayHaveHappened: 'Nothing: Terraform changed nothing.',
  safe: safeAgain(when),
  ...told,
});

const partly = (told: Told): RunbookPage => ({
  area: 'target',
  mayHaveHappened:
    'The effect itself, or part of it: the evidence says which resources were begun and which were done. What Terraform knows of is in its state.',
  safe: {
    ...SAFE_ONCE_CHECKED,
    retry:
      'Once you have looked, with `--acknowledge-unknown`: a retry plans what is left, by what the state knows. What was made and is not in the state would be made twice.',
  },
  ...told,
});

/** What can become of a run of Terraform. */
export const terraformPages: RunbookPages = {
  TERRAFORM_MISSING: untouched(
    {
      title: 'There is no Terraform where the executor runs',
      meaning: 'The program could not be started, or does not tell its version.',
      check: ['`PAO_TERRAFORM_BINARY` of the executor.', 'Whether Terraform or OpenTofu is in its image.'],
      owner: 'operator',
    },
    'Once it is installed.',
  ),
  TERRAFORM_TOO_OLD: untouched(
    {
      title: 'Terraform is too old',
      meaning: 'The executor works with version 1.5 and later.',
      check: ['The version that the executor logs when it starts.'],
      owner: 'operator',
    },
    'Once it is a later version.',
  ),
  TERRAFORM_BUSY: untouched(
    {
      title: 'No run of Terraform became free in time',
      meaning: 'Others took all the time that the action has.',
      check: ['`PAO_TERRAFORM_CONCURRENCY` of the executor.', '`timeout` of the action.'],
      owner: 'operator',
    },
    'Yes.',
  ),
  TERRAFORM_TIMEOUT: untouched(
    {
      title: 'Terraform was not ready in time',
      meaning: 'It was still getting ready or planning when the time of the action was over, and was stopped.',
      check: ['`timeout` of the action.', 'The log of the task: what it was at.'],
      owner: 'platform team',
    },
    'Once the action has more time, or what was slow is not any more.',
  ),
  TERRAFORM_INIT_FAILED: untouched(
    {
      title: 'Terraform could not get ready',
      meaning: 'Providers, modules or the backend could not be had. The message is Terraform’s own.',
      check: ['The source and version of the module.', 'The backend and its credentials.', 'The way to the registry.'],
      owner: 'platform team',
    },
    'Once the cause is gone.',
  ),
  TERRAFORM_PLAN_FAILED: untouched(
    {
      title: 'Terraform could not make a plan',
      meaning: 'The configuration, its values or a provider do not let it. The message is Terraform’s own.',
      check: ['The message.', 'The values of the variables in the request.', 'The credentials of the provider.'],
      owner: 'platform team',
    },
    'Once the cause is gone.',
  ),
  TERRAFORM_STATE_LOCKED: untouched(
    {
      title: 'Somebody else has locked the state',
      meaning: 'The evidence says who, and since when. The lock was waited for, and left alone: PAO never breaks one.',
      check: ['What the holder of the lock is doing.', 'Whether it is left over: then its owner removes it.'],
      owner: 'platform team',
    },
    'Once the lock is gone.',
  ),
  TERRAFORM_STATE_UNREADABLE: untouched(
    {
      title: 'Terraform could not read the state',
      meaning: 'The backend did not give it. The message is Terraform’s own.',
      check: ['The backend and its credentials.'],
      owner: 'platform team',
    },
    'Once the state can be read.',
  ),
  TERRAFORM_WORKSPACE_MISSING: untouched(
    {
      title: 'There is no such workspace',
      meaning: 'What was to be checked or destroyed has no state in the backend.',
      check: ['`workspace` and `backend` in the document.'],
      owner: 'platform team',
    },
    'Once there is something to look at.',
  ),
  TERRAFORM_PROGRAM_FORBIDDEN: untouched(
    {
      title: 'The configuration would run programs on the executor’s machine',
      meaning: 'It has a `local-exec` provisioner, or uses the provider `external`.',
      check: ['The module, and the modules that it uses.', '`PAO_TERRAFORM_FORBID_LOCAL_EXEC` of the executor.'],
      owner: 'platform team',
    },
    'Once the module does without, or an operator allows it.',
  ),
  TERRAFORM_PLAN_REJECTED: untouched(
    {
      title: 'A person rejected the plan',
      meaning: 'The message says who, and why.',
      check: ['The reason.'],
      owner: 'developer',
    },
    'Yes: a new plan is made, and asked for again.',
  ),
  TERRAFORM_PLAN_NOT_APPROVED: untouched(
    {
      title: 'Nobody decided about the plan in time',
      meaning: 'The task waited for an approval, which did not come.',
      check: ['Who approves plans.'],
      owner: 'developer',
    },
    'Yes: a new plan is made, and asked for again.',
  ),
  TERRAFORM_PLAN_CHANGED: untouched(
    {
      title: 'The plan is not the same any more',
      meaning:
        'The state, the module or the world was changed after the plan was made. What was not seen is not applied.',
      check: ['Who changes the same state.', 'Whether the module’s version is fixed.'],
      owner: 'platform team',
    },
    'Yes: a new plan is made.',
  ),
  TERRAFORM_APPLY_FAILED: partly({
    title: 'Terraform could not apply all of the plan',
    meaning: 'A change failed. The message is Terraform’s own; the evidence names what was done before.',
    check: ['`done` and `failed` in the evidence.', 'Whether what failed exists all the same.'],
    owner: 'platform team',
  }),
  TERRAFORM_INTERRUPTED: partly({
    title: 'An apply was broken off',
    meaning: 'Its time was over, the executor stopped, or it was killed. The evidence names what had begun.',
    check: [
      '`begun` and `done` in the evidence.',
      '`rescuedState` in the evidence: a state that could not be stored, to be pushed by hand.',
      '`timeout` of the action.',
    ],
    owner: 'platform team',
  }),
};
