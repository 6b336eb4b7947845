import type { Json } from '@pao/kernel';
import { parseDocument } from 'yaml';
import type { Path } from '../pointer.ts';

export interface YamlEdit {
  /** Its parents exist. */
  readonly path: Path;
  readonly value: Json;
}

/**
 * The text with some values replaced or added in block style; comments and everything else stay as their author wrote them.
 * @param text what `parseYaml` accepts.
 */
export const editYaml = (text: string, edits: readonly YamlEdit[]): string => {
  const document = parseDocument(text, { version: '1.2', schema: 'core' });
  for (const { path, value } of edits) {
    document.setIn(path, document.createNode(value, { aliasDuplicateObjects: false }));
  }
  return document.toString({ lineWidth: 0, indentSeq: /^ *[^\s#-][^\n]*:\n +- /m.test(text) });
};
