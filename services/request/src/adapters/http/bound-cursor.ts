import { hash } from 'node:crypto';
import { createCursor, invalidCursor } from '@pao/http';
import { err, ok, type Result } from '@pao/kernel';
import { z } from 'zod';

/** Cursors of a list that is filtered and sorted: each holds for one tenant, one set of filters and one order. */
export interface BoundCursor<Position> {
  encode(position: Position): string;
  /** Undefined where none is given. */
  decode(text: string | undefined): Result<Position | undefined, ReturnType<typeof invalidCursor>>;
}

/**
 * @param binding what the list depends on beside its page; JSON. A cursor that was cut, altered, or made for another list or another
 * caller's tenant is refused.
 */
export const createBoundCursor = <S extends z.ZodType>(
  version: string,
  schema: S,
  binding: unknown,
): BoundCursor<z.output<S>> => {
  const cursors = createCursor(version, z.strictObject({ at: schema, check: z.string() }));
  const checkOf = (at: unknown): string => hash('sha256', JSON.stringify([version, binding, at])).slice(0, 32);
  return {
    encode: (at) => cursors.encode({ at, check: checkOf(at) } as Parameters<typeof cursors.encode>[0]),
    decode: (text) => {
      if (text === undefined) return ok(undefined);
      const read = cursors.decode(text);
      if (!read.ok) return err(invalidCursor());
      const { at, check } = read.value as { readonly at: z.output<S>; readonly check: string };
      return check === checkOf(at) ? ok(at) : err(invalidCursor());
    },
  };
};
