export {
  authorityOf,
  createEgress,
  type Egress,
  type EgressRules,
  type Endpoint,
  parseEndpoint,
} from './egress.ts';
export { evidenceOfExchange } from './evidence.ts';
export {
  type HttpAnswer,
  type HttpExchange,
  type HttpFailure,
  type HttpOutcome,
  judgeExchange,
} from './http-outcome.ts';
export { scrubExchange } from './scrub-exchange.ts';
export { createHttpSender, type HttpRequest, type HttpSender, type SendHttp } from './send-http.ts';
export type { ServiceNowFailure, ServiceNowInstance } from './servicenow/client.ts';
export { phaseOf, type ServiceNowPhase } from './servicenow/phase.ts';
export { serviceNowInstancesSetting } from './servicenow/settings.ts';
export type { ServiceNowComment, ServiceNowReading, ServiceNowRecord } from './servicenow/shapes.ts';
export { createServiceNowSite, type RecordPlace, type ServiceNowSite } from './servicenow/site.ts';
export { egressSettings } from './settings.ts';
