import type { CatalogEntry, CatalogKind, Mode } from './document.ts';
import { maySee, type Viewer } from './viewer.ts';

export type Sort = 'id' | 'name' | '-publishedAt';

export interface BrowseQuery {
  readonly viewer: Viewer;
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

interface Placed {
  readonly indexed: IndexedEntry;
  readonly at: Position;
}

type Order = readonly Placed[];

/** What is offered at one revision, ready to be browsed. Never altered: a change makes a new one. */
export interface CatalogIndex {
  readonly revision: number;
  readonly entries: ReadonlyMap<string, IndexedEntry>;
  /** Filled as each order is first asked for. */
  readonly sorted: Map<Sort, Order>;
}

export const emptyIndex: CatalogIndex = { revision: 0, entries: new Map(), sorted: new Map() };

const indexEntry = (entry: CatalogEntry): IndexedEntry => ({
  entry,
  text: `${entry.id}\n${entry.name}\n${entry.description}`.toLowerCase(),
});

const idOf = (change: CatalogChange): string => (change.kind === 'published' ? change.entry.id : change.id);

/** Fewer changes than one in so many entries are put into the orders there are; more, and an order is made anew when asked for. */
const FEW = 10;

export const applyChanges = (index: CatalogIndex, changes: readonly CatalogChange[]): CatalogIndex => {
  if (changes.length === 0) return index;
  const entries = new Map(index.entries);
  let { revision } = index;
  for (const change of changes) {
    if (change.kind === 'published') entries.set(change.entry.id, indexEntry(change.entry));
    else entries.delete(change.id);
    revision = Math.max(revision, change.kind === 'published' ? change.entry.revision : change.revision);
  }
  const changed = new Set(changes.map(idOf));
  const entered = [...changed].flatMap((id) => entries.get(id) ?? []);
  const kept = changed.size * FEW < entries.size ? [...index.sorted] : [];
  const sorted = new Map(kept.map(([sort, order]) => [sort, replaced(order, changed, inOrder(entered, sort))]));
  return { revision, entries, sorted };
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

const inOrder = (entries: readonly IndexedEntry[], sort: Sort): Order =>
  entries
    .map((indexed) => ({ indexed, at: positionOf(sort, indexed.entry) }))
    .toSorted((a, b) => comparePositions(a.at, b.at));

/** The order without the changed entries, and with those that entered: merged, since both are sorted already. */
const replaced = (order: Order, changed: ReadonlySet<string>, entered: Order): Order => {
  const merged: Placed[] = [];
  let next = 0;
  for (const placed of order) {
    if (changed.has(placed.at.id)) continue;
    for (let first = entered[next]; first && comparePositions(first.at, placed.at) < 0; first = entered[next]) {
      merged.push(first);
      next += 1;
    }
    merged.push(placed);
  }
  return [...merged, ...entered.slice(next)];
};

const orderOf = (index: CatalogIndex, sort: Sort): Order => {
  const order = index.sorted.get(sort) ?? inOrder([...index.entries.values()], sort);
  index.sorted.set(sort, order);
  return order;
};

/** Puts the entries into the order that is asked for most, which who asks for it first would else wait for. */
export const arrange = (index: CatalogIndex): void => void orderOf(index, 'id');

const firstAfter = (order: Order, after: Position): number => {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const placed = order[middle];
    if (placed && comparePositions(placed.at, after) > 0) high = middle;
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
  words.every((word) => text.includes(word)) &&
  maySee(entry, query.viewer);

/** Up to `limit + 1` entries in order: one more than asked says that there are more. */
export const browse = (index: CatalogIndex, query: BrowseQuery): readonly CatalogEntry[] => {
  const order = orderOf(index, query.sort);
  const words = (query.text ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const found: CatalogEntry[] = [];
  const start = query.after === undefined ? 0 : firstAfter(order, query.after);
  for (let at = start; at < order.length && found.length <= query.limit; at += 1) {
    const indexed = order[at]?.indexed;
    if (indexed && matches(indexed, query, words)) found.push(indexed.entry);
  }
  return found;
};
