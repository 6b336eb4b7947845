import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { deflateRaw, inflateRawSync } from 'node:zlib';
import { type DocumentResult, parseDocument, type ServedPool } from '@pao/documents';
import type { CheckedDocument, DocumentSummary } from '../../core/domain/document.ts';
import type { SourceFile } from '../../core/ports/catalog-source.ts';
import { summarize, toJsonObject } from './checked-document.ts';

type Parts = Pick<DocumentResult, 'document' | 'links' | 'findings'>;

/** What is kept of a file between two syncs: packed, since most of a large catalog is never looked at again. */
interface Remembered {
  /** SHA-256 of the file. */
  readonly digest: string;
  readonly id?: string;
  readonly kind?: DocumentResult['kind'];
  /** Deflated JSON of {@link Parts}; these themselves until that is made. */
  readonly parts: Uint8Array | Parts;
  readonly summary?: DocumentSummary;
}

export interface ParsedFile {
  /** For the checks of all documents together. */
  readonly result: DocumentResult;
  /** Absent when the file has an error of its own. */
  readonly document?: CheckedDocument;
  /** Whether it had to be parsed, which takes milliseconds. */
  readonly fresh: boolean;
}

type Source = NonNullable<DocumentResult['source']>;

/** Positions are needed only where there is a finding; the file is read again then. */
const lazySource = ({ path, text }: SourceFile): Source => {
  let found: Source | undefined;
  const source = (): Source => {
    found ??= parseDocument(text, { path }).source;
    if (!found) throw new Error(`${path} was readable before`);
    return found;
  };
  return {
    path,
    get value() {
      return source().value;
    },
    finding: (...place) => source().finding(...place),
  };
};

const deflate = promisify(deflateRaw);

/** On a thread of zlib's own. A copy, since zlib's own result lies in a buffer of several times its size. */
const pack = async (parts: Parts): Promise<Uint8Array> =>
  new Uint8Array(await deflate(JSON.stringify(parts), { level: 1 }));

const unpack = (parts: Remembered['parts']): Parts =>
  parts instanceof Uint8Array ? (JSON.parse(inflateRawSync(parts).toString()) as Parts) : parts;

/** The same value in memory of its own: what a parser cut out of a text keeps the whole text alive. */
const detached = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

const parse = (file: SourceFile, digest: string, executors: readonly ServedPool[]): Remembered => {
  const { id, kind, document, links, findings } = parseDocument(file.text, { path: file.path, executors });
  const checked = document && summarize(file.path, document);
  const refused = checked && 'refused' in checked ? [checked.refused] : [];
  const parts: Parts = {
    findings: [...findings, ...refused] as Parts['findings'],
    ...(links && { links }),
    ...(document && refused.length === 0 && { document }),
  };
  return {
    digest,
    parts,
    ...(id !== undefined && { id: detached(id) }),
    ...(kind !== undefined && { kind }),
    ...(checked && 'summary' in checked && { summary: detached(checked.summary) }),
  };
};

/** Parses files, each content once for as long as it stays in its place. */
export const createFileMemory = (executors: readonly ServedPool[] = []) => {
  let kept = new Map<string, Remembered>();

  const open = (file: SourceFile): ParsedFile => {
    const { path, text } = file;
    const digest = createHash('sha256').update(text).digest('base64');
    const known = kept.get(path);
    const remembered = known?.digest === digest ? known : parse(file, digest, executors);
    kept.set(path, remembered);
    const { id, kind, summary } = remembered;
    const parts = unpack(remembered.parts);
    const { document } = parts;
    return {
      result: {
        path,
        ...parts,
        ...(id !== undefined && { id }),
        ...(kind !== undefined && { kind, source: lazySource(file) }),
      },
      ...(summary && document && { document: { ...summary, path, document: toJsonObject(document) } }),
      fresh: remembered !== known,
    };
  };

  /** Makes what is kept of a file small. */
  const shrink = async ({ path }: SourceFile): Promise<void> => {
    const remembered = kept.get(path);
    if (!remembered || remembered.parts instanceof Uint8Array) return;
    const parts = await pack(remembered.parts);
    if (kept.get(path) === remembered) kept.set(path, { ...remembered, parts });
  };

  /** Forgets every other file. */
  const keepOnly = (files: readonly SourceFile[]): void => {
    kept = new Map(files.flatMap(({ path }) => [[path, kept.get(path)] as const]).filter(isKept));
  };

  return { open, shrink, keepOnly };
};

const isKept = (entry: readonly [string, Remembered | undefined]): entry is readonly [string, Remembered] =>
  entry[1] !== undefined;
