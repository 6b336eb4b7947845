import { configInvalid, type Failure } from '@pao/executor-sdk';
import { err, isJsonObject, type Json, ok, type Result } from '@pao/kernel';
import type { WebhookConfig } from './config.ts';

const CALLBACK = 'callbackUrl';

/** The body of a message, for a target that may be told where to call back. */
export type Payload = (callbackUrl: string | undefined) => string;

const withCallback = (content: Json, callbackUrl: string): Json =>
  isJsonObject(content) && !Object.hasOwn(content, CALLBACK) ? { ...content, [CALLBACK]: callbackUrl } : content;

const parsed = (text: string): Result<Json, Failure> => {
  try {
    return ok(JSON.parse(text) as Json);
  } catch (thrown) {
    // The parser quotes the text around the place, which may hold a secret.
    const place = thrown instanceof Error ? (/ at position \d+/.exec(thrown.message)?.[0] ?? '') : '';
    return err(configInvalid('payloadTemplate', `is declared as JSON and is none: it does not parse${place}`));
  }
};

/**
 * What is sent. JSON that was written as a text goes out as it was written; an object gets a member with the address to call back,
 * unless it has one of that name. What is declared as JSON and does not parse is found here, before anything is sent.
 */
export const payloadOf = ({ payloadTemplate: content, contentType }: WebhookConfig): Result<Payload, Failure> => {
  if (typeof content !== 'string') {
    return ok((url) => JSON.stringify(url === undefined ? content : withCallback(content, url)));
  }
  if (!/[/+]json\b/i.test(contentType)) return ok(() => content);
  const value = parsed(content);
  if (!value.ok) return value;
  return ok((url) =>
    url === undefined || !isJsonObject(value.value) ? content : JSON.stringify(withCallback(value.value, url)),
  );
};
