import { createHash } from 'node:crypto';
import { type CatalogDocument, visibleTeams } from '@pao/documents';
import { canonicalJson, type Json, type JsonObject } from '@pao/kernel';
import type { DocumentSummary } from '../../core/domain/document.ts';
import type { Finding } from '../../core/domain/finding.ts';

/** Of a document as canonical JSON, aliases expanded: a topic carries 256 KiB, and a little of that is the envelope. */
const MAX_DOCUMENT_BYTES = 250 * 1024;

const error = (path: string, code: string, message: string, hint: string): Finding => ({
  path,
  line: 1,
  column: 1,
  severity: 'error',
  code,
  message,
  hint,
});

/** A document as the checks type it is plain JSON. */
export const toJsonObject = (document: CatalogDocument): JsonObject => document as unknown as JsonObject;

/** How JSON writes what {@link isStorable} looks for; texts that say the same of themselves are told apart there. */
const SUSPECT = /\\u(?:0000|d[89a-f])/;

/** Postgres and some consumers take neither U+0000 nor half of a surrogate pair; YAML can write both as escapes. */
const isStorable = (value: Json | undefined): boolean => {
  if (typeof value === 'string') return !value.includes('\u0000') && value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, member]) => isStorable(key) && isStorable(member));
};

/** What the catalog lists of a document, or why it can't be stored and sent although it is right. */
export const summarize = (
  path: string,
  document: CatalogDocument,
): { readonly summary: DocumentSummary } | { readonly refused: Finding } => {
  const json = toJsonObject(document);
  const canonical = canonicalJson(json);
  if (SUSPECT.test(canonical) && !isStorable(json)) {
    const hint = 'remove escapes such as \\0 or \\ud800';
    return { refused: error(path, 'TEXT_NOT_STORABLE', 'A text holds U+0000 or half of a surrogate pair.', hint) };
  }
  if (Buffer.byteLength(canonical) > MAX_DOCUMENT_BYTES) {
    const message = `The document is over ${MAX_DOCUMENT_BYTES / 1024} KiB once its aliases are expanded.`;
    return { refused: error(path, 'DOCUMENT_TOO_LARGE', message, 'split it, or use fewer aliases') };
  }
  const { id, name, description, version, category = 'bundles', owner = null, tags = [] } = document.metadata;
  const mode = document.kind === 'CatalogItem' ? document.fulfillment.strategy.mode : null;
  const hash = createHash('sha256').update(canonical).digest('hex');
  const about = { name, description, version, category, owner, mode, tags, visibleTeams: visibleTeams(document) };
  return { summary: { id, kind: document.kind, ...about, hash } };
};
