import type { MessageContract } from '../envelope.ts';
import { approvalDecidedV1 } from './approval-decided.v1.ts';
import { approvalReminderV1 } from './approval-reminder.v1.ts';
import { approvalRequestedV1 } from './approval-requested.v1.ts';
import { cancelTaskV1 } from './cancel-task.v1.ts';
import { catalogItemPublishedV1 } from './catalog-item-published.v1.ts';
import { catalogItemRetiredV1 } from './catalog-item-retired.v1.ts';
import { catalogSyncCompletedV1 } from './catalog-sync-completed.v1.ts';
import { escalatedTaskSettledV1 } from './escalated-task-settled.v1.ts';
import { escalationOpenedV1 } from './escalation-opened.v1.ts';
import { executeTaskV1 } from './execute-task.v1.ts';
import { executorAnnouncedV1 } from './executor-announced.v1.ts';
import { handBackRefusedV1 } from './hand-back-refused.v1.ts';
import { incidentOpenedV1 } from './incident-opened.v1.ts';
import { requestAbortedV1 } from './request-aborted.v1.ts';
import { requestCompletedV1 } from './request-completed.v1.ts';
import { requestEscalatingV1 } from './request-escalating.v1.ts';
import { requestFailedV1 } from './request-failed.v1.ts';
import { requestResumedV1 } from './request-resumed.v1.ts';
import { requestRetriedV1 } from './request-retried.v1.ts';
import { requestRollingBackV1 } from './request-rolling-back.v1.ts';
import { requestSubmittedV1 } from './request-submitted.v1.ts';
import { resumeTaskV1 } from './resume-task.v1.ts';
import { taskCancelledV1 } from './task-cancelled.v1.ts';
import { taskFailedV1 } from './task-failed.v1.ts';
import { taskProgressedV1 } from './task-progressed.v1.ts';
import { taskStartedV1 } from './task-started.v1.ts';
import { taskStuckV1 } from './task-stuck.v1.ts';
import { taskSucceededV1 } from './task-succeeded.v1.ts';
import { taskTicketedV1 } from './task-ticketed.v1.ts';
import { taskWaitingV1 } from './task-waiting.v1.ts';
import { ticketOpenedV1 } from './ticket-opened.v1.ts';
import { ticketResolvedV1 } from './ticket-resolved.v1.ts';

/** Every message of the bus; AsyncAPI and the JSON Schemas are generated from this list. */
export const messages: readonly MessageContract[] = [
  executeTaskV1,
  cancelTaskV1,
  resumeTaskV1,
  taskStartedV1,
  taskProgressedV1,
  taskSucceededV1,
  taskFailedV1,
  taskStuckV1,
  taskWaitingV1,
  taskCancelledV1,
  executorAnnouncedV1,
  requestSubmittedV1,
  requestCompletedV1,
  requestFailedV1,
  requestRetriedV1,
  requestRollingBackV1,
  requestAbortedV1,
  approvalRequestedV1,
  approvalDecidedV1,
  approvalReminderV1,
  requestEscalatingV1,
  requestResumedV1,
  escalatedTaskSettledV1,
  taskTicketedV1,
  handBackRefusedV1,
  escalationOpenedV1,
  ticketOpenedV1,
  ticketResolvedV1,
  incidentOpenedV1,
  catalogItemPublishedV1,
  catalogItemRetiredV1,
  catalogSyncCompletedV1,
];
