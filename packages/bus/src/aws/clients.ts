import type * as Sns from '@aws-sdk/client-sns';
import type * as Sqs from '@aws-sdk/client-sqs';
import { createEndpoint } from './http.ts';
import { createPublishBatch, type PublishBatch, readSnsError, SNS_CONTENT_TYPE } from './sns-api.ts';
import { createSqsApi, readSqsError, SQS_CONTENT_TYPE, type SqsApi } from './sqs-api.ts';

export interface AwsConnection {
  readonly region: string;
  /** Base URL of an emulator; absent: AWS. */
  readonly endpoint?: string;
  /** Absent: the SDK's own chain (environment, web identity, instance role). */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export interface AwsClients {
  readonly sqs: typeof Sqs;
  readonly sns: typeof Sns;
  readonly queues: Sqs.SQSClient;
  readonly topics: Sns.SNSClient;
}

/** Loads the SDK, which costs a process that uses the memory bus nothing, and opens both clients. */
export const openClients = async (connection: AwsConnection): Promise<AwsClients> => {
  const [sqs, sns] = await Promise.all([import('@aws-sdk/client-sqs'), import('@aws-sdk/client-sns')]);
  const { region, endpoint, credentials } = connection;
  const common = {
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
  };
  return {
    sqs,
    sns,
    // The URL of an emulator's queue names a host of the emulator's own choice.
    queues: new sqs.SQSClient({ ...common, useQueueUrlAsEndpoint: endpoint === undefined }),
    topics: new sns.SNSClient(common),
  };
};

/** The calls that carry messages. */
export interface MessageCalls {
  readonly sqs: SqsApi;
  readonly publishBatch: PublishBatch;
  close(): void;
}

/** Where the calls go and who signs them is the SDK's knowledge; sending them is not its strength. */
export const openMessageCalls = ({ queues, topics }: AwsClients, connection: AwsConnection): MessageCalls => {
  const { region, endpoint } = connection;
  const given = endpoint === undefined ? undefined : new URL(endpoint);
  const sqs = createEndpoint({
    service: 'sqs',
    region,
    url: given ?? queues.config.endpointProvider({ Region: region }, {}).url,
    credentials: queues.config.credentials,
    contentType: SQS_CONTENT_TYPE,
    readError: readSqsError,
  });
  const sns = createEndpoint({
    service: 'sns',
    region,
    url: given ?? topics.config.endpointProvider({ Region: region }, {}).url,
    credentials: topics.config.credentials,
    contentType: SNS_CONTENT_TYPE,
    readError: readSnsError,
  });
  return {
    sqs: createSqsApi(sqs.post),
    publishBatch: createPublishBatch(sns.post),
    close: () => {
      sqs.close();
      sns.close();
    },
  };
};
