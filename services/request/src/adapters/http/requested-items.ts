import type { BodyOf, submitRequests } from '@pao/contracts';
import { type ApiError, apiError, type Identity } from '@pao/http';
import type { Requester } from '../../core/domain/request.ts';
import type { Rejection, RequestedItem } from '../../core/use-cases/plan-items.ts';

/** What submitting and planning have in common: the same items, refused for the same reasons. */

export const toRequester = ({ subject, email, name, teams }: Identity): Requester => ({
  id: subject,
  email,
  name: name ?? null,
  teams,
});

type Item = BodyOf<typeof submitRequests>['items'][number];

export const toItem = ({ catalogItemId, bundleId, input, planDigest, team }: Item): RequestedItem => ({
  ...(bundleId === undefined ? { kind: 'item', id: catalogItemId ?? '' } : { kind: 'bundle', id: bundleId }),
  input,
  ...(planDigest !== undefined && { planDigest }),
  ...(team !== undefined && { team }),
});

/** `consequence`: what did not happen. */
export const rejectionError = ({ kind, details }: Rejection, consequence: string): ApiError => {
  switch (kind) {
    case 'unknown-item':
      return apiError({
        code: 'UNKNOWN_CATALOG_ITEM',
        message: `The catalog does not offer everything that was asked for; ${consequence}.`,
        details,
      });
    case 'invalid-item':
      return apiError({
        code: 'CATALOG_ITEM_INVALID',
        message: `Something that was asked for can’t be requested as its document stands; ${consequence}.`,
        details,
      });
    case 'invalid-input':
      return apiError({
        code: 'VALIDATION_FAILED',
        message: `The input breaks the rules of the form; ${consequence}.`,
        details,
      });
    default:
      return kind satisfies never;
  }
};
