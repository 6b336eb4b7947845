import { createHmac } from 'node:crypto';
import type { Issue } from './issues.ts';

export interface WebhookOptions {
  readonly url: string;
  readonly secret: string;
}

const TIMEOUT_MS = 5_000;

/** Tells of an issue that changed, as Jira does: signed, once, and without waiting for an answer. */
export const createWebhook =
  ({ url, secret }: WebhookOptions) =>
  ({ id, key }: Issue, at: Date): void => {
    const body = JSON.stringify({ timestamp: at.getTime(), webhookEvent: 'jira:issue_updated', issue: { id, key } });
    const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
    const headers = { 'content-type': 'application/json', 'x-hub-signature': signature };
    // Who does not listen asks by itself, sooner or later.
    void fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(() => undefined);
  };
