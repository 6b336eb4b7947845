import { isJsonObject, type Json } from '@pao/kernel';
import { complete } from './complete.ts';
import type { CatalogDocument } from './document.ts';
import { byPlace, type Finding, hasErrors } from './finding.ts';
import { didYouMean } from './near.ts';
import { checkSchema, type DocumentKind } from './schema/check.ts';
import { createSource, makeFinding, type Source } from './source.ts';
import { spanOf } from './yaml/locate.ts';
import { readYaml } from './yaml/read.ts';

export interface ParseOptions {
  /** Path of the file from the root of the catalog repository; named in findings, and its folder is checked. */
  readonly path: string;
}

export interface DocumentResult {
  readonly path: string;
  /** Present when there is no finding of severity `error`. */
  readonly document?: CatalogDocument;
  /** Sorted by place. */
  readonly findings: readonly Finding[];
  /** Of a file that could be read, whether or not it is right. */
  readonly id?: string;
  readonly kind?: DocumentKind;
  /** For checks that need other documents; absent when the text is not YAML. */
  readonly source?: Source;
}

/** Reads one file and makes every check that needs no other document. Never throws for what the text may hold. */
export const parseDocument = (text: string, options: ParseOptions): DocumentResult => {
  const { path } = options;
  const read = readYaml(text);
  if (!read.ok) {
    const { code, message, hint, lines, start, end } = read.error;
    return {
      path,
      findings: [makeFinding({ code, path, message, options: { hint }, span: spanOf(lines, start, end) })],
    };
  }
  const source = createSource(path, text, read.value);
  const kind = kindOf(source.value);
  if (kind === undefined) return { path, source, findings: [unknownKind(source)] };
  const findings = checkSchema(kind, source.value)
    .map((problem) => source.finding(problem.code, problem.path, problem.message, problem))
    .toSorted(byPlace);
  const id = idOf(source.value);
  const result = { path, source, kind, findings, ...(id === undefined ? {} : { id }) };
  return hasErrors(findings) ? result : { ...result, document: complete(kind, source.value) };
};

const KINDS = ['CatalogItem', 'CatalogBundle'] as const;

const kindOf = (value: Json): DocumentKind | undefined =>
  isJsonObject(value) ? KINDS.find((kind) => kind === value.kind) : undefined;

const unknownKind = (source: Source): Finding => {
  const { value } = source;
  if (!isJsonObject(value)) return source.finding('TYPE_WRONG', [], 'A document is a mapping of keys to values.');
  const kind = typeof value.kind === 'string' ? value.kind : '';
  return source.finding('KIND_UNKNOWN', ['kind'], '`kind` must be CatalogItem or CatalogBundle.', {
    hint: didYouMean(kind, KINDS),
  });
};

const idOf = (value: Json): string | undefined => {
  const metadata = isJsonObject(value) ? value.metadata : undefined;
  const id = isJsonObject(metadata) ? metadata.id : undefined;
  return typeof id === 'string' ? id : undefined;
};
