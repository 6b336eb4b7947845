import type { OperationId } from '@pao/contracts';

/** What can be asked of the system: the API's operations, and the gateway's own that are not for everybody. */
export type Permission = OperationId | 'readMetrics';

/** Whose subscriptions is for the escalation service to say. */
const notifications = [
  'createSubscription',
  'changeSubscription',
  'removeSubscription',
  'testSubscription',
  'resendDelivery',
] as const satisfies readonly Permission[];

/** Whose approvals is for the request service to say: who may give one is named by the document, and no role stands above that. */
const approvals = ['giveApproval', 'rejectApproval', 'decideTask'] as const satisfies readonly Permission[];

const viewer = [
  'listCatalog',
  'listCatalogCategories',
  'getCatalogItem',
  'getCatalogForm',
  'getCatalogDocs',
  'listCatalogVersions',
  'getCatalogVersion',
  'diffCatalogVersions',
  'listRequests',
  'getRequest',
  'getRequestStatus',
  'getRequestTasks',
  'getRequestGraph',
  'getRequestAudit',
  'verifyRequestAudit',
  'streamRequestEvents',
  'listApprovals',
  'getApproval',
  'streamMyRequests',
  'getRequestLogs',
  'streamRequestLogs',
  'getRequestTickets',
  'getRequestEscalation',
  'listQuotas',
  'listCosts',
  'listSubscriptions',
  'listDeliveries',
  'listExecutors',
] as const satisfies readonly Permission[];

/** Trying out documents costs time of the catalog service, so it is for those who write some. */
const tools = ['validateDocuments', 'previewForm', 'testVariables'] as const satisfies readonly Permission[];

/** The audit of everybody's requests. */
const audit = ['listAudit', 'exportAudit', 'verifyAudit', 'getAuditAnchor'] as const satisfies readonly Permission[];

/** Whose requests is for the request service to say. */
const decisions = [
  'previewRetry',
  'retryRequest',
  'previewRollback',
  'rollBackRequest',
  'abortRequest',
  'escalateRequest',
  'completeTask',
  'previewResume',
  'resumeRequest',
  'retryEscalationTicket',
  'linkEscalationTicket',
] as const satisfies readonly Permission[];

/** What a quota counted is gone: nobody says so of what is theirs. */
const quotas = ['releaseQuota'] as const satisfies readonly Permission[];

/** The bus and its dead letters. */
const queues = [
  'getQueueStats',
  'listQueueMessages',
  'getQueueMessages',
  'listDeadLetters',
  'getDeadLetter',
  'redriveDeadLetter',
  'redriveDeadLetters',
  'discardDeadLetter',
] as const satisfies readonly Permission[];

/** Failures of everybody's requests. */
const incidents = ['listIncidents', 'getIncident'] as const satisfies readonly Permission[];

/** How everybody's requests fare. */
const analytics = ['listLeadTimes'] as const satisfies readonly Permission[];

const developer = [
  ...viewer,
  ...tools,
  ...decisions,
  ...approvals,
  ...notifications,
  'planRequests',
  'submitRequests',
  'listEscalations',
  ...incidents,
] as const satisfies readonly Permission[];

/**
 * The whole policy: what each role may ask for. What is not listed is refused, and so is a role that is not listed. The services
 * check on top of it whose request or document it is.
 */
const policy = {
  viewer,
  developer,
  'platform-team': [...developer, ...analytics, 'closeIncident', 'getCatalogSync', 'refreshCatalog'],
  approver: [...viewer, ...approvals, ...notifications],
  operator: [
    ...developer,
    ...analytics,
    'closeIncident',
    'listAttention',
    ...quotas,
    ...queues,
    'getCatalogSync',
    'refreshCatalog',
    'readMetrics',
  ],
  auditor: [...viewer, ...audit, ...analytics, 'listEscalations', ...incidents, 'getCatalogSync', 'readMetrics'],
  admin: [
    ...developer,
    ...audit,
    ...analytics,
    'closeIncident',
    'listAttention',
    ...quotas,
    ...queues,
    'getCatalogSync',
    'refreshCatalog',
    'readMetrics',
  ],
} as const satisfies Readonly<Record<string, readonly Permission[]>>;

export type Role = keyof typeof policy;

export const roles = Object.keys(policy) as readonly Role[];

const permissions: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(policy).map(([role, list]) => [role, new Set<string>(list)]),
);

export const isPermitted = (callerRoles: readonly string[], permission: string): boolean =>
  callerRoles.some((role) => permissions.get(role)?.has(permission) ?? false);
