import type { JsonObject } from '@pao/kernel';

export type CatalogKind = 'CatalogItem' | 'CatalogBundle';
export type Mode = 'manual' | 'automatic';

export interface Owner {
  readonly team: string;
  readonly contact?: string;
}

/** What a document says of itself: all that browsing needs. */
export interface DocumentSummary {
  /** Kebab-case, unique in the catalog, for ever the same thing. */
  readonly id: string;
  readonly kind: CatalogKind;
  readonly name: string;
  readonly description: string;
  readonly version: string;
  readonly category: string;
  readonly owner: Owner | null;
  /** Null for a bundle: each component has its own. */
  readonly mode: Mode | null;
  readonly tags: readonly string[];
  /** Null: everybody. */
  readonly visibleTeams: readonly string[] | null;
  /** SHA-256 of the canonical document, hexadecimal. */
  readonly hash: string;
}

/** A document that passed every check. */
export interface CheckedDocument extends DocumentSummary {
  /** Its file in the catalog repository, with `/` whatever the platform. */
  readonly path: string;
  readonly document: JsonObject;
}

/** A document as it is offered, or was offered last. */
export interface CatalogEntry extends DocumentSummary {
  /** The revision it last changed with: published, retired, or shown under another owner. */
  readonly revision: number;
  readonly publishedAt: Date;
}

/** One entry with the whole document and where it was read. */
export interface PublishedDocument extends CatalogEntry {
  readonly commit: string;
  readonly document: JsonObject;
}
