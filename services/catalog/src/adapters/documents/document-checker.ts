import { createHash } from 'node:crypto';
import { type CatalogDocument, type CatalogResult, parseDocument, validateCatalog } from '@pao/documents';
import { canonicalJson, type Json, type JsonObject } from '@pao/kernel';
import type { CheckedDocument } from '../../core/domain/document.ts';
import type { Finding } from '../../core/domain/finding.ts';
import type { Verdict } from '../../core/domain/sync-plan.ts';
import type { SourceFile } from '../../core/ports/catalog-source.ts';
import type { DocumentChecker } from '../../core/ports/document-checker.ts';

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

/** Postgres and some consumers take neither U+0000 nor half of a surrogate pair; YAML can write both as escapes. */
const isStorable = (value: Json | undefined): boolean => {
  if (typeof value === 'string') return !value.includes('\u0000') && value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, member]) => isStorable(key) && isStorable(member));
};

type Checked = { readonly document: CheckedDocument } | { readonly refused: Finding };

const toChecked = (path: string, typed: CatalogDocument): Checked => {
  // A typed document is plain JSON.
  const document = typed as unknown as JsonObject;
  if (!isStorable(document)) {
    const hint = 'remove escapes such as \\0 or \\ud800';
    return { refused: error(path, 'TEXT_NOT_STORABLE', 'A text holds U+0000 or half of a surrogate pair.', hint) };
  }
  const canonical = canonicalJson(document);
  if (Buffer.byteLength(canonical) > MAX_DOCUMENT_BYTES) {
    const message = `The document is over ${MAX_DOCUMENT_BYTES / 1024} KiB once its aliases are expanded.`;
    return { refused: error(path, 'DOCUMENT_TOO_LARGE', message, 'split it, or use fewer aliases') };
  }
  const { id, name, description, version, category = 'bundles', owner, tags = [] } = typed.metadata;
  return {
    document: {
      id,
      kind: typed.kind,
      path,
      name,
      description,
      version,
      category,
      owner: owner ?? null,
      mode: typed.kind === 'CatalogItem' ? typed.fulfillment.strategy.mode : null,
      tags,
      hash: createHash('sha256').update(canonical).digest('hex'),
      document,
    },
  };
};

const toFinding = ({
  path,
  line,
  column,
  severity,
  code,
  message,
  hint,
}: CatalogResult['findings'][number]): Finding => ({
  path,
  line,
  column,
  severity,
  code,
  message,
  ...(hint !== undefined && { hint }),
});

const brokenFiles = (files: readonly SourceFile[], findings: readonly Finding[]): Verdict['broken'] => {
  const paths = new Set(findings.filter(({ severity }) => severity === 'error').map(({ path }) => path));
  return files
    .filter(({ path }) => paths.has(path))
    .map(({ path, text }) => {
      const { id } = parseDocument(text, { path });
      return id === undefined ? { path } : { path, id };
    });
};

/** @param rules names the version of the checks, so that a newer one judges again what an older one has judged. */
export const createDocumentChecker = (rules: string): DocumentChecker => ({
  rules,
  check: async (files) => {
    const result = validateCatalog(files);
    const checked = result.documents.map(({ path, document }) => toChecked(path, document));
    const refused = checked.flatMap((outcome) => ('refused' in outcome ? outcome.refused : []));
    const findings = [...result.findings.map(toFinding), ...refused];
    return {
      documents: checked.flatMap((outcome): CheckedDocument[] => ('document' in outcome ? [outcome.document] : [])),
      broken: brokenFiles(files, findings),
      findings,
    };
  },
});
