import { receiveServicenowWebhook } from '@pao/contracts';
import { apiError, type Route, route } from '@pao/http';
import { isJsonObject } from '@pao/kernel';
import type { NoticeIssue } from '../../core/use-cases/notice-issues.ts';
import { isSigned, parseJson } from './signature.ts';

const SYS_ID = /^[0-9A-Za-z_-]{1,64}$/;

const notConfigured = () =>
  apiError({
    code: 'NOT_FOUND',
    message: 'No news of ServiceNow are taken here: no secret for them is configured (PAO_SERVICENOW_WEBHOOK_SECRET).',
  });

const recordIn = (payload: unknown): string | undefined => {
  const id = isJsonObject(payload) ? payload['sys_id'] : undefined;
  return typeof id === 'string' && SYS_ID.test(id) ? id : undefined;
};

/** A business rule says that a record changed; what became of it is read from ServiceNow. As with Jira, it is only a hint. */
export const servicenowWebhookRoute = (secret: string | undefined, notice: NoticeIssue): Route =>
  route(receiveServicenowWebhook, async ({ body, headers }) => {
    if (secret === undefined) return notConfigured();
    if (!isSigned(body, headers['x-pao-signature'], secret))
      return apiError({ code: 'UNAUTHENTICATED', message: 'The signature is not valid.' });
    const payload = parseJson(body);
    if (payload === undefined) return apiError({ code: 'INVALID_JSON', message: 'The payload is not JSON.' });
    const record = recordIn(payload);
    const noticed = record !== undefined && (await notice(record));
    return { data: { outcome: noticed ? ('accepted' as const) : ('ignored' as const) } };
  });
