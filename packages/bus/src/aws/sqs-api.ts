import type { Message } from '@aws-sdk/client-sqs';
import type { Post } from './http.ts';

/** An entry of a batch that was not taken; `Id` is its index in the batch. */
export interface FailedEntry {
  readonly Id?: string | undefined;
  readonly Code?: string | undefined;
  readonly Message?: string | undefined;
}

interface BatchAnswer {
  readonly Failed?: readonly FailedEntry[];
}

type Attributes = Readonly<Record<string, string>>;

/** The operations in use and what they answer, in the words of the service. */
export interface SqsAnswers {
  readonly SendMessageBatch: BatchAnswer;
  readonly DeleteMessageBatch: BatchAnswer;
  readonly ChangeMessageVisibilityBatch: BatchAnswer;
  readonly ReceiveMessage: { readonly Messages?: readonly Message[] };
  readonly GetQueueUrl: { readonly QueueUrl: string };
  readonly GetQueueAttributes: { readonly Attributes?: Attributes };
  readonly CreateQueue: { readonly QueueUrl: string };
  readonly SetQueueAttributes: unknown;
}

/** One call of SQS: JSON in, JSON out. */
export type SqsApi = <Operation extends keyof SqsAnswers>(
  operation: Operation,
  input: Readonly<Record<string, unknown>> & { readonly WaitTimeSeconds?: number },
) => Promise<SqsAnswers[Operation]>;

export const SQS_CONTENT_TYPE = 'application/x-amz-json-1.0';

const ANSWER_MS = 10_000;

export const createSqsApi =
  (post: Post): SqsApi =>
  async (operation, input) => {
    const timeoutMs = ANSWER_MS + (input.WaitTimeSeconds ?? 0) * 1000;
    const answer = await post({ body: JSON.stringify(input), target: `AmazonSQS.${operation}`, timeoutMs });
    // Some operations answer with nothing.
    return JSON.parse(answer || '{}');
  };

/** `{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"…"}` */
export const readSqsError = (body: string): { code: string; message: string } => {
  try {
    const { __type: type = '', message = '' }: { __type?: string; message?: string } = JSON.parse(body);
    return { code: type.slice(type.indexOf('#') + 1), message };
  } catch {
    return { code: 'UnreadableAnswer', message: body.slice(0, 200) };
  }
};
