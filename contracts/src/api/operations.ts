import type { Operation } from '../operation.ts';
import { getApproval, giveApproval, listApprovals, rejectApproval } from './approvals.ts';
import { exportAudit, getAuditAnchor, getRequestAudit, listAudit, verifyAudit, verifyRequestAudit } from './audit.ts';
import { receiveCallback } from './callbacks.ts';
import {
  diffCatalogVersions,
  getCatalogDocs,
  getCatalogForm,
  getCatalogItem,
  getCatalogSync,
  getCatalogVersion,
  listCatalog,
  listCatalogCategories,
  listCatalogVersions,
  refreshCatalog,
} from './catalog.ts';
import { abortRequest, previewRetry, retryRequest } from './decisions.ts';
import { getRequestEscalation, linkEscalationTicket, listEscalations, retryEscalationTicket } from './escalations.ts';
import { listExecutors } from './executors.ts';
import { completeTask, escalateRequest, previewResume, resumeRequest } from './hand-over.ts';
import { closeIncident, getIncident, listIncidents } from './incidents.ts';
import {
  changeSubscription,
  createSubscription,
  listDeliveries,
  listSubscriptions,
  removeSubscription,
  resendDelivery,
  testSubscription,
} from './notifications.ts';
import { planRequests } from './plans.ts';
import {
  discardDeadLetter,
  getDeadLetter,
  getQueueMessages,
  getQueueStats,
  listDeadLetters,
  listQueueMessages,
  redriveDeadLetter,
  redriveDeadLetters,
} from './queues.ts';
import { listCosts, listQuotas, releaseQuota } from './quotas.ts';
import { getRequestLogs, getRequestTickets, streamMyRequests, streamRequestLogs } from './reading.ts';
import {
  getRequest,
  getRequestGraph,
  getRequestStatus,
  getRequestTasks,
  listRequests,
  streamRequestEvents,
  submitRequests,
} from './requests.ts';
import { previewRollback, rollBackRequest } from './rollback.ts';
import { decideTask } from './task-decisions.ts';
import { previewForm, testVariables, validateDocuments } from './tools.ts';
import { listAttention, listLeadTimes } from './upkeep.ts';
import { receiveGithubWebhook, receiveJiraWebhook, receiveServicenowWebhook } from './webhooks.ts';

/** The whole API. A literal path stands before a parameter that would also match it. */
export const operations = {
  listCatalog,
  refreshCatalog,
  getCatalogSync,
  listCatalogCategories,
  getCatalogItem,
  getCatalogForm,
  getCatalogDocs,
  listCatalogVersions,
  getCatalogVersion,
  diffCatalogVersions,
  validateDocuments,
  previewForm,
  testVariables,
  submitRequests,
  planRequests,
  listRequests,
  streamMyRequests,
  listAttention,
  getRequest,
  getRequestStatus,
  getRequestTasks,
  getRequestGraph,
  streamRequestEvents,
  getRequestLogs,
  streamRequestLogs,
  getRequestTickets,
  getRequestAudit,
  verifyRequestAudit,
  listAudit,
  exportAudit,
  verifyAudit,
  getAuditAnchor,
  previewRetry,
  retryRequest,
  previewRollback,
  rollBackRequest,
  abortRequest,
  escalateRequest,
  completeTask,
  previewResume,
  resumeRequest,
  listApprovals,
  getApproval,
  giveApproval,
  rejectApproval,
  listQuotas,
  releaseQuota,
  listCosts,
  listLeadTimes,
  listEscalations,
  getRequestEscalation,
  listIncidents,
  getIncident,
  closeIncident,
  retryEscalationTicket,
  linkEscalationTicket,
  getQueueStats,
  listQueueMessages,
  getQueueMessages,
  listDeadLetters,
  getDeadLetter,
  redriveDeadLetters,
  redriveDeadLetter,
  discardDeadLetter,
  createSubscription,
  listSubscriptions,
  changeSubscription,
  removeSubscription,
  testSubscription,
  listDeliveries,
  resendDelivery,
  receiveGithubWebhook,
  receiveCallback,
  listExecutors,
  decideTask,
  receiveJiraWebhook,
  receiveServicenowWebhook,
} as const satisfies Record<string, Operation>;

export type OperationId = keyof typeof operations;
