import { hint } from '../domain/tickets/ledger.ts';
import type { HandoverStore } from '../ports/handover-store.ts';

/** Something about an issue changed, somebody says: if it is a ticket of ours, it is read soon. False: it is none. */
export type NoticeIssue = (issueId: string) => Promise<boolean>;

export const createNoticeIssue =
  (store: Pick<HandoverStore, 'change' | 'requestsOf'>): NoticeIssue =>
  async (issueId) => {
    const requests = await store.requestsOf(issueId);
    for (const requestId of requests) {
      await store.change(requestId, (handover, now) => handover && hint(handover, issueId, now));
    }
    return requests.length > 0;
  };
