export {
  type Answer,
  type CallError,
  type CallInput,
  type Client,
  type ClientOptions,
  createClient,
  describeCallError,
  StreamError,
} from './client.ts';
