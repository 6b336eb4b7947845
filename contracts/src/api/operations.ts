import type { Operation } from '../operation.ts';
import {
  getCatalogForm,
  getCatalogItem,
  getCatalogSync,
  getCatalogVersion,
  listCatalog,
  listCatalogCategories,
  listCatalogVersions,
  refreshCatalog,
} from './catalog.ts';
import { listEscalations } from './escalations.ts';
import {
  getRequest,
  getRequestStatus,
  getRequestTasks,
  listRequests,
  streamRequestEvents,
  submitRequests,
} from './requests.ts';
import { receiveGithubWebhook } from './webhooks.ts';

/** The whole API. A literal path stands before a parameter that would also match it. */
export const operations = {
  listCatalog,
  refreshCatalog,
  getCatalogSync,
  listCatalogCategories,
  getCatalogItem,
  getCatalogForm,
  listCatalogVersions,
  getCatalogVersion,
  submitRequests,
  listRequests,
  getRequest,
  getRequestStatus,
  getRequestTasks,
  streamRequestEvents,
  listEscalations,
  receiveGithubWebhook,
} as const satisfies Record<string, Operation>;

export type OperationId = keyof typeof operations;
