import { receiveJiraWebhook } from '@pao/contracts';
import { apiError, type Route, route } from '@pao/http';
import { isJsonObject } from '@pao/kernel';
import type { NoticeIssue } from '../../core/use-cases/notice-issues.ts';
import { isSigned, parseJson } from './signature.ts';

const ISSUE_ID = /^\d{1,20}$/;

const issueIn = (payload: unknown): string | undefined => {
  const issue = isJsonObject(payload) ? payload['issue'] : undefined;
  const id = isJsonObject(issue) ? issue['id'] : undefined;
  const text = typeof id === 'number' ? String(id) : id;
  return typeof text === 'string' && ISSUE_ID.test(text) ? text : undefined;
};

const notConfigured = () =>
  apiError({
    code: 'NOT_FOUND',
    message: 'No webhooks of Jira are taken here: no secret for them is configured (PAO_JIRA_WEBHOOK_SECRET).',
  });

/**
 * Jira says that an issue changed. Nothing is looked at before the signature is known to be right, and then only which issue it is:
 * what became of it is read from Jira. That it has to be read is stored before the answer.
 */
export const jiraWebhookRoute = (secret: string | undefined, notice: NoticeIssue): Route =>
  route(receiveJiraWebhook, async ({ body, headers }) => {
    if (secret === undefined) return notConfigured();
    if (!isSigned(body, headers['x-hub-signature'], secret))
      return apiError({ code: 'UNAUTHENTICATED', message: 'The signature is not valid.' });
    const payload = parseJson(body);
    if (payload === undefined) return apiError({ code: 'INVALID_JSON', message: 'The payload is not JSON.' });
    const issue = issueIn(payload);
    const noticed = issue !== undefined && (await notice(issue));
    return { data: { outcome: noticed ? ('accepted' as const) : ('ignored' as const) } };
  });
