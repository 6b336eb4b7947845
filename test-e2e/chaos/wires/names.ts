import type { HttpCall } from './http-wire.ts';

const resourceIn = (text: string): string => /([a-z0-9-]+)\.fifo/.exec(text)?.[1]?.replace(/^pao-/, '') ?? '';

/** `sqs SendMessageBatch tasks-default`, `sns PublishBatch task-events`: SQS names its action in a header, SNS in a form. */
export const busCall = ({ headers, body }: HttpCall): string => {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') return `sqs ${target.split('.')[1]} ${resourceIn(body)}`;
  const form = new URLSearchParams(body);
  return `sns ${form.get('Action')} ${resourceIn(form.get('TopicArn') ?? '')}`;
};

/** A poll that brought nothing has no consequence. */
export const bringsMessages = ({ headers }: HttpCall, answer: string): boolean =>
  !String(headers['x-amz-target']).endsWith('.ReceiveMessage') || answer.includes('"MessageId"');

const IDS = /[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{40}|\b[A-Z]+-\d+\b|(?<!api)\/\d+(?=\/|$)/g;

/** `POST /steps`: names in the path that differ from call to call are left out. */
export const httpCall = ({ method, path }: HttpCall): string =>
  `${method} ${path.split('?')[0]?.replaceAll(IDS, '*') ?? ''}`;
