import { err, type Json, ok, type Result } from '@pao/kernel';
import type { Code } from '../codes.ts';
import { spanOf } from './locate.ts';
import { readYaml } from './read.ts';
import { readPlain } from './read-plain.ts';

/** Why a text is not one YAML document within the limits, and where. */
export interface YamlError {
  readonly code: Code;
  readonly message: string;
  readonly hint?: string;
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
}

/** The value of a text that is one YAML document, read as strictly as a catalog document. */
export const parseYaml = (text: string): Result<Json, YamlError> => {
  const plain = readPlain(text);
  if (plain !== undefined) return ok(plain);
  const read = readYaml(text);
  if (read.ok) return ok(read.value.value);
  const { code, message, hint, lines, start, end } = read.error;
  const { line, column } = spanOf(lines, start, end);
  return err({ code, message, line, column, ...(hint === undefined ? {} : { hint }) });
};
