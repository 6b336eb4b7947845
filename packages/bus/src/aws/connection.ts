import type { SNS } from '@aws-sdk/client-sns';
import type { SQS } from '@aws-sdk/client-sqs';
import type * as Sdk from './sdk.ts';
import { Sha256 } from './sha256.ts';

export interface AwsConnection {
  readonly region: string;
  /** Base URL of an emulator; absent: AWS. */
  readonly endpoint?: string;
  /** Absent: the SDK's own chain (environment, web identity, instance role). */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export interface AwsApi {
  readonly sqs: SQS;
  readonly sns: SNS;
  close(): void;
}

/** Loads the SDK ahead of its first use. A process that uses the memory bus never does. */
export const loadAwsSdk = (): Promise<typeof Sdk> => import('./sdk.ts');

/** Opens both clients. */
export const openAwsApi = async ({ region, endpoint, credentials }: AwsConnection): Promise<AwsApi> => {
  const { SQS, SNS, createHttpHandler } = await loadAwsSdk();
  const common = {
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    // A copy: the SDK writes into the object, and ours is frozen.
    ...(credentials === undefined ? {} : { credentials: { ...credentials } }),
    // Repeating is safe: sends carry deduplication ids, deletes and visibility changes name one delivery, and what a lost
    // receive took comes back when its visibility ends.
    maxAttempts: 3,
    // A client's stack of middleware never changes here, so it is not built anew for each call.
    cacheMiddleware: true,
    sha256: Sha256,
  };
  // The URL of an emulator's queue names a host of the emulator's own choice. TLS, and the signature over the body, make a
  // second checksum pointless.
  const sqs = new SQS({
    ...common,
    requestHandler: createHttpHandler(),
    md5: false,
    useQueueUrlAsEndpoint: endpoint === undefined,
  });
  const sns = new SNS({ ...common, requestHandler: createHttpHandler() });
  // It copies input and output of each call for a logger that nobody reads.
  for (const { middlewareStack } of [sqs, sns]) middlewareStack.remove('loggerMiddleware');
  return {
    sqs,
    sns,
    close: () => {
      sqs.destroy();
      sns.destroy();
    },
  };
};
