import { err, errorMessage, type Json, ok, type Result } from '@pao/kernel';
import { Composer, type Document, LineCounter, type YAMLError } from 'yaml';
import type { Code } from '../codes.ts';
import { toJson } from './convert.ts';
import { problem, shorten, type YamlProblem, YamlProblemError } from './problem.ts';
import { scan } from './scan.ts';
import { checkText } from './text.ts';

/** A text that is one YAML document within the limits; `root` and `lines` serve to find positions again. */
export interface YamlSource {
  readonly value: Json;
  readonly root: unknown;
  readonly document: Document;
  readonly lines: LineCounter;
}

export type YamlFailure = YamlProblem & { readonly lines: LineCounter };

/** Reads a text as one document of YAML 1.2's core schema. What the library only warns of is an error here. */
export const readYaml = (text: string): Result<YamlSource, YamlFailure> => {
  const lines = new LineCounter();
  const early = checkText(text);
  if (early !== undefined) return err({ ...early, lines: countLines(text) });
  try {
    const document = compose(text, lines);
    return ok({ value: toJson(document), root: document.contents, document, lines });
  } catch (thrown) {
    if (thrown instanceof YamlProblemError) return err({ ...thrown.problem, lines });
    // The library throws in places that its documentation does not list; to the author it is all one: unreadable.
    return err({ ...problem('YAML_SYNTAX', 0, shorten(`The text cannot be read: ${errorMessage(thrown)}`)), lines });
  }
};

const compose = (text: string, lines: LineCounter): Document => {
  const composer = new Composer({ version: '1.2', schema: 'core', merge: false, uniqueKeys: false, strict: true });
  let first: Document | undefined;
  for (const document of composer.compose(scan(text, lines))) {
    first ??= document;
    const error = document.errors[0] ?? document.warnings[0];
    if (error !== undefined) throw new YamlProblemError(fromLibrary(error));
  }
  if (first === undefined || first.contents === null || isEmpty(first)) {
    throw new YamlProblemError(problem('FILE_EMPTY', 0, 'The file holds no document.'));
  }
  return first;
};

const isEmpty = (document: Document): boolean => {
  const { contents } = document;
  return contents !== null && 'value' in contents && (contents as { source?: string }).source === '';
};

const CODES: { readonly [code: string]: Code | undefined } = {
  TAB_AS_INDENT: 'YAML_TAB',
  TAG_RESOLVE_FAILED: 'YAML_TAG',
  BAD_ALIAS: 'YAML_ALIAS_UNKNOWN',
  MULTIPLE_DOCS: 'YAML_SEVERAL_DOCUMENTS',
};

const fromLibrary = (error: YAMLError): YamlProblem =>
  problem(CODES[error.code] ?? 'YAML_SYNTAX', error.pos[0], shorten(error.message), { end: error.pos[1] });

const countLines = (text: string): LineCounter => {
  const lines = new LineCounter();
  for (let at = 0; at !== -1 && at <= text.length; at = text.indexOf('\n', at) + 1 || -1) lines.addNewLine(at);
  return lines;
};
