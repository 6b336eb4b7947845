import { err, ok, type Result } from '@pao/kernel';

/** Where a stream of changes stands: between two moments of the store, after one of the changes that lie between them. */
export interface StreamPosition {
  readonly since: string;
  /** Absent where all that was committed at `since` was told, and nothing else. */
  readonly within?: {
    readonly until: string;
    readonly place: { readonly writtenBy: string; readonly requestId: string; readonly sequence: number };
  };
}

/** As the id of an event: opaque to whoever keeps it, and nothing that could be mistaken for a number or a date. */
export const formatPosition = ({ since, within }: StreamPosition): string => {
  const parts = within
    ? [since, within.until, within.place.writtenBy, within.place.requestId, within.place.sequence]
    : [since];
  return Buffer.from(parts.join('~')).toString('base64url');
};

const MAX_LENGTH = 8_000;
const NUMBER = /^\d{1,19}$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const SEQUENCE = /^\d{1,9}$/;
const MAX_ID = 2n ** 63n - 1n;

/** `xmin:xmax:xip,…`, as PostgreSQL writes a snapshot: it refuses any other with an error, so it is looked at before. */
const isMoment = (text: string): boolean => {
  const [min = '', max = '', rest, ...more] = text.split(':');
  if (!NUMBER.test(min) || !NUMBER.test(max) || rest === undefined || more.length > 0) return false;
  const open = rest === '' ? [] : rest.split(',');
  if (!open.every((id) => NUMBER.test(id))) return false;
  const [first, last] = [BigInt(min), BigInt(max)];
  if (first < 1n || first > last || last > MAX_ID) return false;
  const ids = open.map(BigInt);
  return ids.every((id, index) => id >= first && id < last && (index === 0 || id > (ids[index - 1] ?? 0n)));
};

/** Whether a moment knows of transactions that another does not: then it is of a later time, or of another database. */
export const isBeyond = (moment: string, now: string): boolean => endOf(moment) > endOf(now);

const endOf = (moment: string): bigint => BigInt(moment.split(':')[1] ?? '0');

/** The last moment that a position speaks of. */
export const latestOf = ({ since, within }: StreamPosition): string => within?.until ?? since;

type Place = NonNullable<StreamPosition['within']>['place'];

const wasOver = (writtenBy: bigint, moment: string): boolean => {
  const [min = '0', max = '0', open = ''] = moment.split(':');
  if (writtenBy < BigInt(min)) return true;
  return writtenBy < BigInt(max) && !open.split(',').includes(String(writtenBy));
};

const isUpTo = (change: Place, place: Place): boolean => {
  const [a, b] = [BigInt(change.writtenBy), BigInt(place.writtenBy)];
  if (a !== b) return a < b;
  if (change.requestId !== place.requestId) return change.requestId < place.requestId;
  return change.sequence <= place.sequence;
};

/** Whether a change was told to whoever stands at this position. */
export const isTold = (change: Place, { since, within }: StreamPosition): boolean => {
  const writtenBy = BigInt(change.writtenBy);
  if (wasOver(writtenBy, since)) return true;
  return within !== undefined && wasOver(writtenBy, within.until) && isUpTo(change, within.place);
};

export const parsePosition = (text: string): Result<StreamPosition, { readonly kind: 'no-position' }> => {
  const parts = text.length > MAX_LENGTH ? [] : Buffer.from(text, 'base64url').toString('latin1').split('~');
  const [since = '', until = '', writtenBy = '', requestId = '', sequence = ''] = parts;
  const refused = err({ kind: 'no-position' as const });
  if (!isMoment(since) || (parts.length !== 1 && parts.length !== 5)) return refused;
  if (parts.length === 1) return ok({ since });
  const isWhole = isMoment(until) && NUMBER.test(writtenBy) && UUID.test(requestId) && SEQUENCE.test(sequence);
  if (!isWhole || BigInt(writtenBy) > MAX_ID || isBeyond(since, until)) return refused;
  return ok({ since, within: { until, place: { writtenBy, requestId, sequence: Number(sequence) } } });
};
