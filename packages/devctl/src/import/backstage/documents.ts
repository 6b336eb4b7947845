import { err, type Json, ok, type Result } from '@pao/kernel';
import { problemOf, readYamlOrJson } from '../read.ts';
import type { ImportError } from '../settle.ts';

const MAX_DOCUMENTS = 50;

/** The documents of a file, in order. A line that begins with `---` separates them, whatever stands around it. */
export const readDocuments = (text: string): Result<readonly Json[], ImportError> => {
  const parts = text.replace(/^\ufeff/, '').split(/^---(?=[\s]|$)/m);
  // Each part begins at a line of the file; its own line 1 is that one.
  let line = 1;
  const documents: Json[] = [];
  for (const part of parts) {
    const start = line;
    line += part.split('\n').length - 1;
    const body = part.replace(/^\.\.\.[ \t]*$/gm, '');
    if (body.replaceAll(/^[^\S\n]*(#.*)?$/gm, '').trim() === '') continue;
    if (documents.length >= MAX_DOCUMENTS) return err({ message: `more than ${MAX_DOCUMENTS} documents` });
    const read = readYamlOrJson(body);
    if (!read.ok) return err({ message: `the document that starts at line ${start}: ${read.error.message}` });
    const problem = problemOf(read.value);
    if (problem !== undefined) return err({ message: problem });
    documents.push(read.value);
  }
  return documents.length === 0 ? err({ message: 'the file holds no document' }) : ok(documents);
};
