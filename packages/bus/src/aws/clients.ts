import type { SNSClient } from '@aws-sdk/client-sns';
import type { SQSClient } from '@aws-sdk/client-sqs';

export interface AwsConnection {
  readonly region: string;
  /** Base URL of an emulator; absent: AWS. */
  readonly endpoint?: string;
  /** Absent: the SDK's own chain (environment, web identity, instance role). */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export interface AwsClients {
  readonly sqs: typeof import('@aws-sdk/client-sqs');
  readonly sns: typeof import('@aws-sdk/client-sns');
  readonly queues: SQSClient;
  readonly topics: SNSClient;
}

/** Longer than the longest poll, so that only a dead connection runs into it. */
const REQUEST_TIMEOUT_MS = 30_000;
const AGENT = { keepAlive: true, maxSockets: 100 };

/** Loads the SDK, which costs a process that uses the memory bus nothing, and opens both clients. */
export const openClients = async (connection: AwsConnection): Promise<AwsClients> => {
  const [sqs, sns] = await Promise.all([import('@aws-sdk/client-sqs'), import('@aws-sdk/client-sns')]);
  const common = {
    region: connection.region,
    ...(connection.endpoint === undefined ? {} : { endpoint: connection.endpoint }),
    ...(connection.credentials === undefined ? {} : { credentials: connection.credentials }),
    // Repeating is safe: sends carry deduplication ids, deletes and visibility changes name one delivery, and a receive
    // whose answer was lost leaves its messages to their visibility timeout.
    maxAttempts: 3,
    requestHandler: {
      connectionTimeout: 2_000,
      requestTimeout: REQUEST_TIMEOUT_MS,
      httpAgent: AGENT,
      httpsAgent: AGENT,
    },
  };
  return {
    sqs,
    sns,
    // A queue's URL of an emulator names a host of the emulator's own choice. TLS makes a second checksum pointless.
    queues: new sqs.SQSClient({ ...common, md5: false, useQueueUrlAsEndpoint: connection.endpoint === undefined }),
    topics: new sns.SNSClient(common),
  };
};
