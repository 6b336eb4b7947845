import { createEndpoint } from './http.ts';
import type { Credentials } from './signature.ts';
import { createSnsApi, readSnsError, SNS_CONTENT_TYPE, type SnsApi } from './sns-api.ts';
import { createSqsApi, readSqsError, SQS_CONTENT_TYPE, type SqsApi } from './sqs-api.ts';

export interface AwsConnection {
  readonly region: string;
  /** Base URL of an emulator; absent: AWS. */
  readonly endpoint?: string;
  /** Absent: the SDK's own chain (environment, web identity, instance role). */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export interface AwsApi {
  readonly sqs: SqsApi;
  readonly sns: SnsApi;
  close(): void;
}

/** Where a service answers and who signs the calls to it. */
interface Access {
  readonly url: URL;
  readonly credentials: () => Promise<Credentials>;
}

/** What we take from a client of the SDK: the chain of credentials and the knowledge of endpoints. */
interface SdkClient {
  readonly config: {
    readonly credentials: () => Promise<Credentials>;
    readonly endpointProvider: (parameters: { Region: string }, context: object) => { readonly url: URL };
  };
}

const accessTo = async (connection: AwsConnection, loadSdk: () => Promise<SdkClient>): Promise<Access> => {
  const { region, endpoint, credentials } = connection;
  const given = credentials && (() => Promise.resolve(credentials));
  // Everything is known with an emulator, and loading the SDK costs a tenth of a second.
  if (endpoint !== undefined && given !== undefined) return { url: new URL(endpoint), credentials: given };
  const { config } = await loadSdk();
  const url = endpoint === undefined ? config.endpointProvider({ Region: region }, {}).url : new URL(endpoint);
  return { url, credentials: given ?? config.credentials };
};

export const openAwsApi = async (connection: AwsConnection): Promise<AwsApi> => {
  const { region } = connection;
  const [toQueues, toTopics] = await Promise.all([
    accessTo(connection, async () => new (await import('@aws-sdk/client-sqs')).SQSClient({ region })),
    accessTo(connection, async () => new (await import('@aws-sdk/client-sns')).SNSClient({ region })),
  ]);
  const sqs = createEndpoint({
    ...toQueues,
    service: 'sqs',
    region,
    contentType: SQS_CONTENT_TYPE,
    readError: readSqsError,
  });
  const sns = createEndpoint({
    ...toTopics,
    service: 'sns',
    region,
    contentType: SNS_CONTENT_TYPE,
    readError: readSnsError,
  });
  return {
    sqs: createSqsApi(sqs.post),
    sns: createSnsApi(sns.post),
    close: () => {
      sqs.close();
      sns.close();
    },
  };
};
