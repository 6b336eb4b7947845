export { type Config as RequestConfig, readConfig as readRequestConfig } from './config.ts';
export { createRequestService, type RequestService, type RequestServiceOptions } from './request-service.ts';
