import type { Pagination } from '@pao/contracts';
import { err, ok, type Result } from '@pao/kernel';
import { z } from 'zod';
import { type ApiError, apiError } from './errors.ts';

export interface InvalidCursor {
  readonly kind: 'invalid-cursor';
}

/** Cursors of one list: where the page before ended, as opaque text that is checked when it comes back. */
export interface Cursor<Position> {
  encode(position: Position): string;
  decode(text: string): Result<Position, InvalidCursor>;
}

const envelope = z.strictObject({ version: z.string(), position: z.unknown() });

/**
 * @param version part of the text: raise it when the list's order changes, and older cursors are refused instead of misread.
 * @param schema what a position consists of; JSON. It needs no secret: a forged cursor is at most another place in the same list.
 */
export const createCursor = <S extends z.ZodType>(version: string, schema: S): Cursor<z.output<S>> => ({
  encode: (position) => Buffer.from(JSON.stringify({ version, position })).toString('base64url'),
  decode: (text) => {
    try {
      const given = envelope.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
      const position = schema.safeParse(given.position);
      if (given.version === version && position.success) return ok(position.data);
    } catch {
      // Not JSON, or not of a cursor's shape: as invalid as a position of another list.
    }
    return err({ kind: 'invalid-cursor' });
  },
});

export const invalidCursor = (): ApiError =>
  apiError({
    code: 'INVALID_REQUEST',
    message: 'The cursor is not one of this list. Start again without a cursor.',
    details: [{ field: 'cursor', issue: 'is not a cursor of this list' }],
  });

/**
 * A page from rows read with `LIMIT limit + 1`: the row too many says that there is more.
 * @param cursorOf the cursor that continues after a row.
 */
export const page = <Row>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (last: Row) => string,
): { readonly data: readonly Row[]; readonly pagination: Pagination } => {
  const data = rows.slice(0, limit);
  const last = data.at(-1);
  const hasMore = rows.length > limit;
  return { data, pagination: { hasMore, nextCursor: hasMore && last !== undefined ? cursorOf(last) : null } };
};
