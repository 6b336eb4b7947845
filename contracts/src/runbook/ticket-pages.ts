import type { RunbookPage, RunbookPages } from './page.ts';
import { NOTHING_HAPPENED } from './safe.ts';

type Told = Pick<RunbookPage, 'title' | 'meaning' | 'check'> &
  Partial<Pick<RunbookPage, 'owner' | 'mayHaveHappened' | 'safe'>>;

const BY_HAND: RunbookPage['safe'] = {
  call: 'Once the cause is gone: `POST …/tickets/{taskId}/retry` tries again to create the ticket.',
  'complete-task': 'Yes: the task can be completed without a ticket.',
  abort: 'Yes.',
};

const LINK = 'Name the ticket that counts: `POST …/tickets/{taskId}/link`.';

const page = (told: Told): RunbookPage => ({
  area: 'ticket',
  mayHaveHappened: 'The task itself is not touched: this is about the ticket that people work on.',
  safe: BY_HAND,
  owner: 'operator',
  ...told,
});

/** What can be wrong with the tickets that people work on. */
export const ticketPages: RunbookPages = {
  JIRA_NOT_CONFIGURED: page({
    title: 'There is no Jira',
    meaning: 'The service that should create the ticket has no Jira configured. Nothing was sent.',
    mayHaveHappened: NOTHING_HAPPENED,
    check: ['`PAO_JIRA_URL` and its credentials, where the service runs.'],
    safe: { ...BY_HAND, retry: 'Once it is configured.' },
  }),
  JIRA_INSTANCE_UNKNOWN: page({
    title: 'The document names a Jira that is not known',
    meaning: 'No site of this name is configured. Nothing was sent.',
    mayHaveHappened: NOTHING_HAPPENED,
    check: ['`instance` in the document.', '`PAO_JIRA_INSTANCES`, where the service runs.'],
    safe: { ...BY_HAND, retry: 'Once it is configured.' },
  }),
  JIRA_FIELD_INVALID: page({
    title: 'Jira would refuse the ticket',
    meaning:
      'Jira says beforehand which types, fields and values a new issue can have there, and the document asks for something else, or leaves out what is required. No ticket was created.',
    mayHaveHappened: NOTHING_HAPPENED,
    check: ['The member that the message names.', 'What Jira asks for when a person creates such an issue.'],
    safe: { ...BY_HAND, retry: 'Once Jira or the document is put right.' },
  }),
  JIRA_PROJECT_MISSING: page({
    title: 'It is not known in which project the ticket belongs',
    meaning: 'Neither the document nor the configuration names one.',
    check: ['`project` of the ticket in the document.', '`PAO_ESCALATION_JIRA_PROJECT`.'],
    owner: 'platform team',
  }),
  SERVICENOW_INSTANCE_UNKNOWN: page({
    title: 'A ServiceNow is named that is not known',
    meaning: 'No instance of this name is configured. Nothing was sent.',
    mayHaveHappened: NOTHING_HAPPENED,
    check: ['`instance` in the document or the route.', '`PAO_SERVICENOW_INSTANCES`, where the service runs.'],
    safe: { ...BY_HAND, retry: 'Once it is configured.' },
  }),
  SERVICENOW_GROUP_UNKNOWN: page({
    title: 'ServiceNow has no such group',
    meaning: 'The ticket is to be assigned to a group that the instance does not have, or that is not active.',
    mayHaveHappened: NOTHING_HAPPENED,
    check: [
      '`assignmentGroup` in `PAO_TICKET_ROUTES`, or `assignment_group` in the document.',
      'Whether the account may read `sys_user_group`.',
    ],
  }),
  TASK_UNKNOWN: page({
    title: 'The request does not name this task any more',
    meaning: 'A ticket is wanted for a task that the last word of the request service does not have.',
    check: ['How the request stands: `devctl request get <id>`.'],
  }),
  OUTCOME_UNKNOWN: page({
    title: 'Nobody knows whether the ticket was created',
    meaning: 'Jira had the call and its answer was lost; a search for its label finds nothing, which proves nothing.',
    mayHaveHappened: 'There may be a ticket already.',
    check: ['Whether there is a ticket with the label that starts with `pao-`.', LINK],
    safe: { ...BY_HAND, call: 'Only once you have looked and there is none, with `acknowledgeUnknown`.' },
    owner: 'developer',
  }),
  SEVERAL_TICKETS: page({
    title: 'Several tickets carry the label of the task',
    meaning: 'Somebody copied the ticket or its label. A machine does not choose.',
    check: ['Which one people work on.', LINK],
    safe: { ...BY_HAND, call: LINK },
    owner: 'developer',
  }),
  TICKET_DECLINED: page({
    title: 'The ticket was closed as one that won’t be done',
    meaning:
      'The task waited for this ticket, and whoever closed it said no. Nothing of the task is done beside the ticket.',
    mayHaveHappened: 'What the ticket asks for was not done, says who closed it.',
    check: ['What was said on the ticket, and by whom.'],
    safe: {
      retry: 'Yes: a new ticket is created.',
      'complete-task': 'Where it has been done all the same.',
      abort: 'Yes.',
    },
    owner: 'developer',
  }),
  TICKET_GONE: page({
    title: 'The ticket does not exist any more',
    meaning: 'It was deleted, or moved to where PAO may not see it.',
    check: ['Where it is now.', LINK],
    owner: 'developer',
  }),
  TICKET_MISSING: page({
    title: 'There is no ticket for this',
    meaning: 'A link, a comment or a closing is due for a ticket that was never created.',
    check: ['Why it was not created: the problem of the ticket.'],
  }),
  TICKET_REOPENED: page({
    title: 'The ticket was opened again',
    meaning:
      'It had been closed and handed back, and the request has gone on since. Opening it again changes nothing there.',
    check: ['Who opened it, and why.', 'How the request stands.'],
    safe: { abort: 'Where the request is not over, and is not wanted any more.' },
    owner: 'developer',
  }),
  HAND_BACK_REFUSED: page({
    title: 'What was handed back does not do',
    meaning: 'Outputs that later tasks need are missing or not valid, so the request does not go on.',
    check: ['The fields in the message.', 'The code block `outputs` in the comments of the ticket.'],
    safe: {
      'complete-task': 'Yes, with the outputs.',
      abort: 'Yes.',
      call: 'Add the outputs to the ticket and close it again.',
    },
    owner: 'developer',
  }),
};
