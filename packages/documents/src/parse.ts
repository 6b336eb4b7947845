import { err, isJsonObject, type Json, ok, type Result } from '@pao/kernel';
import { checkDocument } from './checks/document.ts';
import type { ActionTypeOptions } from './checks/fulfillment.ts';
import type { Link } from './checks/references.ts';
import { collect } from './checks/report.ts';
import { complete } from './complete.ts';
import type { CatalogDocument } from './document.ts';
import { byPlace, type Finding, hasErrors } from './finding.ts';
import { didYouMean } from './near.ts';
import { checkSchema, type DocumentKind } from './schema/check.ts';
import { createSource, makeFinding, type Source } from './source.ts';
import { spanOf } from './yaml/locate.ts';
import { readYaml } from './yaml/read.ts';
import { readPlain } from './yaml/read-plain.ts';

export interface ParseOptions extends ActionTypeOptions {
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
  /** What the document reads of others. */
  readonly links?: readonly Link[];
}

/** Reads one file and makes every check that needs no other document. Never throws for what the text may hold. */
export const parseDocument = (text: string, options: ParseOptions): DocumentResult => {
  const { path } = options;
  const read = readSource(path, text);
  if (!read.ok) return { path, findings: [read.error] };
  const source = read.value;
  const kind = kindOf(source.value);
  if (kind === undefined) return { path, source, findings: [unknownKind(source)] };
  const id = idOf(source.value);
  return { path, source, kind, ...(id === undefined ? {} : { id }), ...judge(source, kind, options) };
};

/** Most files are right, and then nobody asks for a position. */
const readSource = (path: string, text: string): Result<Source, Finding> => {
  const plain = readPlain(text);
  if (plain !== undefined) return ok(createSource(path, text, plain));
  const read = readYaml(text);
  if (read.ok) return ok(createSource(path, text, read.value.value, read.value));
  const { code, message, hint, lines, start, end } = read.error;
  return err(makeFinding({ code, path, message, options: { hint }, span: spanOf(lines, start, end) }));
};

const judge = (
  source: Source,
  kind: DocumentKind,
  options: ParseOptions,
): Pick<DocumentResult, 'document' | 'findings' | 'links'> => {
  const shape = checkSchema(kind, source.value);
  if (shape.length > 0) {
    const findings = shape.map((problem) => source.finding(problem.code, problem.path, problem.message, problem));
    return { findings: findings.toSorted(byPlace) };
  }
  const document = complete(kind, source.value);
  const { findings, report } = collect(source);
  const links = checkDocument(document, { ...options, raw: source.value }, report);
  findings.sort(byPlace);
  return hasErrors(findings) ? { findings, links } : { findings, links, document };
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
