import type { Finding } from '../../core/domain/finding.ts';

/** Where documents stand in a catalog repository. */
export const DOCUMENT_FOLDERS: readonly string[] = ['catalog', 'bundles'];
/** How deep in those a misplaced document is still found, so that it can be named. */
export const MAX_DEPTH = 4;
export const MAX_FILES = 20_000;
export const MAX_FILE_BYTES = 256 * 1024;
/** Of all documents together; they are held in memory while they are checked. */
export const MAX_TOTAL_BYTES = 256 * 1024 * 1024;
/** The first that is there counts, as on GitHub. */
export const CODEOWNERS_PLACES: readonly string[] = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'];

/** The source as a whole can't be taken for a catalog, or can't be read. The message is for people and holds no secret. */
export class SourceRefused extends Error {
  override readonly name = 'SourceRefused';
}

export const refusal = (path: string, code: string, message: string, hint?: string): Finding => ({
  path,
  line: 1,
  column: 1,
  severity: 'error',
  code,
  message,
  ...(hint !== undefined && { hint }),
});

export const tooLarge = (path: string): Finding =>
  refusal(path, 'FILE_TOO_LARGE', `The file is larger than ${MAX_FILE_BYTES / 1024} KiB.`);

/** Without owners a catalog is still a catalog. */
export const ignoredCodeowners = (path: string, message: string): Finding => ({
  ...refusal(path, 'CODEOWNERS_IGNORED', `Nobody owns anything: ${message}.`),
  severity: 'warning',
});

export const noCatalog = (place: string): SourceRefused =>
  new SourceRefused(`${place} holds neither a catalog nor a bundles folder`);

export const tooManyFiles = (place: string): SourceRefused =>
  new SourceRefused(`${place} holds more than ${MAX_FILES} files and folders`);

export const tooManyBytes = (): SourceRefused =>
  new SourceRefused(`the documents are over ${MAX_TOTAL_BYTES / 1024 / 1024} MiB`);

export const isDocument = (name: string): boolean => /\.ya?ml$/i.test(name) && !name.startsWith('.');

/** Why CODEOWNERS could not be read, by the code of the refusal. */
export const ownersProblem = (code: string): string => {
  if (code === 'FILE_TOO_LARGE') return 'the file is over 3 MB';
  return code === 'FILE_NOT_UTF8' ? 'the file is not valid UTF-8' : 'the file cannot be read';
};
