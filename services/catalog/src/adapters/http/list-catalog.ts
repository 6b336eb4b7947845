import { type CatalogEntry as CatalogEntryData, catalogEntrySchema, listCatalog, type QueryOf } from '@pao/contracts';
import { apiError, createCursor, invalidCursor, type Route, route } from '@pao/http';
import { err, ok, type Result } from '@pao/kernel';
import { z } from 'zod';
import type { BrowseQuery, Position } from '../../core/domain/catalog-index.ts';
import type { Viewer } from '../../core/domain/viewer.ts';
import type { BrowseCatalog } from '../../core/use-cases/browse-catalog.ts';
import { entryResponse, revalidated } from './responses.ts';

type Query = QueryOf<typeof listCatalog>;

const cursors = createCursor(
  'catalog-1',
  z.strictObject({ sort: z.string(), key: z.union([z.string(), z.number()]), id: z.string() }),
);

const NAMES: ReadonlySet<string> = new Set(Object.keys(catalogEntrySchema.shape));

/** The members asked for; undefined for all. The error is the first unknown name. */
const parseFields = (text: string | undefined): Result<readonly string[] | undefined, string> => {
  if (text === undefined) return ok(undefined);
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !NAMES.has(name));
  return unknown === undefined ? ok(names) : err(unknown);
};

const unknownField = (name: string) =>
  apiError({
    code: 'INVALID_REQUEST',
    message: `${JSON.stringify(name)} is not a member of a catalog entry.`,
    details: [{ field: 'fields', issue: `takes any of ${[...NAMES].join(', ')}` }],
  });

const parseCursor = ({ cursor, sort }: Query): Result<Position | undefined, unknown> => {
  if (cursor === undefined) return ok(undefined);
  const decoded = cursors.decode(cursor);
  if (!decoded.ok) return decoded;
  const { key, id } = decoded.value;
  const fits = decoded.value.sort === sort && typeof key === (sort === '-publishedAt' ? 'number' : 'string');
  return fits ? ok({ key, id }) : err('of another order');
};

const browseQuery = (
  { q, cursor: _cursor, fields: _fields, ...filters }: Query,
  after: Position | undefined,
  viewer: Viewer,
) => ({ ...filters, viewer, ...(q !== undefined && { text: q }), ...(after && { after }) }) as BrowseQuery;

const pick = (entry: CatalogEntryData, names: readonly string[] | undefined): CatalogEntryData =>
  // Sparse answers are a part of the contract that its type does not tell.
  names
    ? (Object.fromEntries(Object.entries(entry).filter(([name]) => names.includes(name))) as CatalogEntryData)
    : entry;

export const listCatalogRoute = (browseCatalog: BrowseCatalog): Route =>
  route(listCatalog, async ({ query, identity }) => {
    const fields = parseFields(query.fields);
    if (!fields.ok) return unknownField(fields.error);
    const after = parseCursor(query);
    if (!after.ok) return invalidCursor();
    const { entries, next } = await browseCatalog(browseQuery(query, after.value, identity));
    const nextCursor = next ? cursors.encode({ sort: query.sort, ...next }) : null;
    return {
      data: entries.map((entry) => pick(entryResponse(entry), fields.value)),
      pagination: { nextCursor, hasMore: nextCursor !== null },
      headers: revalidated(
        query.fields ?? '',
        nextCursor ?? '',
        ...entries.flatMap(({ id, revision, hash }) => [id, revision, hash]),
      ),
    };
  });
