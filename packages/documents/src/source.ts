import type { Json } from '@pao/kernel';
import { CODES, type Code } from './codes.ts';
import type { Finding, Severity } from './finding.ts';
import { type Path, toPointer } from './pointer.ts';
import { locate, type Place, type Span } from './yaml/locate.ts';
import { readYaml, type YamlSource } from './yaml/read.ts';

export interface FindingOptions {
  readonly hint?: string | undefined;
  /** The key, not the value it leads to. */
  readonly key?: boolean | undefined;
  /** The piece of the value's text that is meant. */
  readonly within?: string;
  readonly severity?: Severity;
}

/** A readable file. It keeps its text and not the syntax tree, which is many times larger and needed only for findings. */
export interface Source {
  readonly path: string;
  readonly value: Json;
  finding(code: Code, path: Path, message: string, options?: FindingOptions): Finding;
}

const FILE_START: Span = { line: 1, column: 1, endLine: 1, endColumn: 1 };

// One tree is kept, that of the file looked at last: findings of a file come together, and a catalog has thousands.
let recent: { readonly text: string; readonly tree: YamlSource } | undefined;

const treeOf = (text: string): YamlSource | undefined => {
  if (recent?.text === text) return recent.tree;
  const read = readYaml(text);
  if (!read.ok) return undefined;
  recent = { text, tree: read.value };
  return read.value;
};

/** @param tree what was read from `text` a moment ago, if it was read with positions. */
export const createSource = (path: string, text: string, value: Json, tree?: YamlSource): Source => {
  if (tree) recent = { text, tree };
  const spanOf = (place: Place): Span => {
    const found = treeOf(text);
    return found === undefined ? FILE_START : locate(found, text, place);
  };
  return {
    path,
    value,
    finding: (code, at, message, options = {}) =>
      makeFinding({ code, path, message, options, pointer: toPointer(at), span: spanOf({ path: at, ...options }) }),
  };
};

interface FindingParts {
  readonly code: Code;
  readonly path: string;
  readonly message: string;
  readonly options: FindingOptions;
  readonly span: Span;
  readonly pointer?: string;
}

export const makeFinding = ({ code, path, message, options, span, pointer }: FindingParts): Finding => ({
  code,
  severity: options.severity ?? CODES[code].severity,
  message,
  ...(options.hint === undefined ? {} : { hint: options.hint }),
  path,
  ...span,
  ...(pointer === undefined ? {} : { pointer }),
});
