/** What of the SDK the bus uses, loaded together. */
export { SNS } from '@aws-sdk/client-sns';
export { SQS } from '@aws-sdk/client-sqs';
export { createHttpHandler } from './http-handler.ts';
