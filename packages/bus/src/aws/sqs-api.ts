import type { Message } from '@aws-sdk/client-sqs';
import type { Post } from './http.ts';

/** An entry of a batch that was not taken; `Id` is its index in the batch. */
export interface FailedEntry {
  readonly Id?: string | undefined;
  readonly Code?: string | undefined;
  readonly Message?: string | undefined;
}

/** The calls of SQS that carry messages, in the JSON protocol's own words. */
interface SqsAnswers {
  readonly SendMessageBatch: { readonly Failed?: readonly FailedEntry[] };
  readonly DeleteMessageBatch: { readonly Failed?: readonly FailedEntry[] };
  readonly ChangeMessageVisibilityBatch: { readonly Failed?: readonly FailedEntry[] };
  readonly ReceiveMessage: { readonly Messages?: readonly Message[] };
}

export type SqsApi = <Operation extends keyof SqsAnswers>(
  operation: Operation,
  input: { readonly QueueUrl: string; readonly WaitTimeSeconds?: number } & Readonly<Record<string, unknown>>,
) => Promise<SqsAnswers[Operation]>;

export const SQS_CONTENT_TYPE = 'application/x-amz-json-1.0';

const ANSWER_MS = 10_000;

export const createSqsApi =
  (post: Post): SqsApi =>
  async (operation, input) => {
    const timeoutMs = ANSWER_MS + (input.WaitTimeSeconds ?? 0) * 1000;
    return JSON.parse(await post({ body: JSON.stringify(input), target: `AmazonSQS.${operation}`, timeoutMs }));
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
