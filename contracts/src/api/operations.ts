import type { Operation } from '../operation.ts';
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
import { listEscalations } from './escalations.ts';
import {
  getRequest,
  getRequestStatus,
  getRequestTasks,
  listRequests,
  streamRequestEvents,
  submitRequests,
} from './requests.ts';
import { previewForm, testVariables, validateDocuments } from './tools.ts';
import { receiveGithubWebhook } from './webhooks.ts';

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
  listRequests,
  getRequest,
  getRequestStatus,
  getRequestTasks,
  streamRequestEvents,
  previewRetry,
  retryRequest,
  abortRequest,
  listEscalations,
  receiveGithubWebhook,
} as const satisfies Record<string, Operation>;

export type OperationId = keyof typeof operations;
