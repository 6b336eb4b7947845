import type { Facts } from '../../core/domain/notifications/subscription.ts';

/** Where people look at a request; undefined where nobody said (PAO_PUBLIC_URL), and for a test. */
export type Links = (facts: Facts) => string | undefined;

export const createLinks =
  (publicUrl: string | undefined): Links =>
  ({ event, request }) =>
    publicUrl === undefined || event === 'test'
      ? undefined
      : `${publicUrl.replace(/\/+$/, '')}/api/v1/requests/${encodeURIComponent(request.id)}`;
