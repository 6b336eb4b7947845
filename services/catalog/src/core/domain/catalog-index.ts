import type { CatalogEntry, CatalogKind, Mode } from './document.ts';

export type Sort = 'id' | 'name' | '-publishedAt';

export interface BrowseQuery {
  readonly sort: Sort;
  readonly limit: number;
  /** The last entry of the page before: its sort key and id. */
  readonly after?: Position;
  readonly kind?: CatalogKind;
  readonly category?: string;
  /** A team. */
  readonly owner?: string;
  readonly mode?: Mode;
  readonly tag?: string;
  /** Words that must all occur in id, name or description, whatever their case. */
  readonly text?: string;
}

export interface Position {
  readonly key: string | number;
  readonly id: string;
}

/** A change of the catalog, in the order of revisions. */
export type CatalogChange =
  | { readonly kind: 'published'; readonly entry: CatalogEntry }
  | { readonly kind: 'retired'; readonly id: string; readonly revision: number };

interface IndexedEntry {
  readonly entry: CatalogEntry;
  readonly text: string;
}

/** What is offered at one revision, ready to be browsed. Never altered: a change makes a new one. */
export interface CatalogIndex {
  readonly revision: number;
  readonly entries: ReadonlyMap<string, IndexedEntry>;
  /** Filled as each order is first asked for. */
  readonly sorted: Map<Sort, readonly IndexedEntry[]>;
}

export const emptyIndex: CatalogIndex = { revision: 0, entries: new Map(), sorted: new Map() };

const indexEntry = (entry: CatalogEntry): IndexedEntry => ({
  entry,
  text: `${entry.id}\n${entry.name}\n${entry.description}`.toLowerCase(),
});

export const applyChanges = (index: CatalogIndex, changes: readonly CatalogChange[]): CatalogIndex => {
  if (changes.length === 0) return index;
  const entries = new Map(index.entries);
  let { revision } = index;
  for (const change of changes) {
    if (change.kind === 'published') entries.set(change.entry.id, indexEntry(change.entry));
    else entries.delete(change.id);
    revision = Math.max(revision, change.kind === 'published' ? change.entry.revision : change.revision);
  }
  return { revision, entries, sorted: new Map() };
};

/** Where an entry stands in an order: its key, then its id. */
export const positionOf = (sort: Sort, entry: CatalogEntry): Position => {
  if (sort === 'name') return { key: entry.name.toLowerCase(), id: entry.id };
  if (sort === '-publishedAt') return { key: -entry.publishedAt.getTime(), id: entry.id };
  return { key: entry.id, id: entry.id };
};

const comparePositions = (a: Position, b: Position): number => {
  if (a.key !== b.key) return a.key < b.key ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
};

const inOrder = (index: CatalogIndex, sort: Sort): readonly IndexedEntry[] => {
  const known = index.sorted.get(sort);
  if (known) return known;
  const placed = [...index.entries.values()].map((indexed) => ({ indexed, at: positionOf(sort, indexed.entry) }));
  const sorted = placed.toSorted((a, b) => comparePositions(a.at, b.at)).map(({ indexed }) => indexed);
  index.sorted.set(sort, sorted);
  return sorted;
};

const firstAfter = (order: readonly IndexedEntry[], sort: Sort, after: Position): number => {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const indexed = order[middle];
    if (indexed && comparePositions(positionOf(sort, indexed.entry), after) > 0) high = middle;
    else low = middle + 1;
  }
  return low;
};

const matches = ({ entry, text }: IndexedEntry, query: BrowseQuery, words: readonly string[]): boolean =>
  (query.kind === undefined || entry.kind === query.kind) &&
  (query.category === undefined || entry.category === query.category) &&
  (query.owner === undefined || entry.owner?.team === query.owner) &&
  (query.mode === undefined || entry.mode === query.mode) &&
  (query.tag === undefined || entry.tags.includes(query.tag)) &&
  words.every((word) => text.includes(word));

/** Up to `limit + 1` entries in order: one more than asked says that there are more. */
export const browse = (index: CatalogIndex, query: BrowseQuery): readonly CatalogEntry[] => {
  const order = inOrder(index, query.sort);
  const words = (query.text ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const found: CatalogEntry[] = [];
  const start = query.after === undefined ? 0 : firstAfter(order, query.sort, query.after);
  for (let at = start; at < order.length && found.length <= query.limit; at += 1) {
    const indexed = order[at];
    if (indexed && matches(indexed, query, words)) found.push(indexed.entry);
  }
  return found;
};
