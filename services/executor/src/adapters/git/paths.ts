/** What git, or a file system that it is checked out on, takes for its own folder: 8.3 names, streams and trailing dots included. */
const GITS_OWN = /^(?:\.git|git~\d+|\.gitmodules|gitmod~\d+)$/;

const bare = (segment: string): string => (segment.split(':')[0] ?? '').toLowerCase().replace(/[. ]+$/, '');

/** Control characters, halves of pairs, and what is not seen: file systems leave some of it out of names. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u;

const MAX_PATH = 1_000;
const MAX_SEGMENT = 255;

const segmentProblem = (segment: string): string | undefined => {
  if (segment === '' || segment === '.' || segment === '..') return 'has an empty part, "." or ".."';
  if (Buffer.byteLength(segment) > MAX_SEGMENT) return 'has a part longer than 255 bytes';
  if (GITS_OWN.test(bare(segment))) return "names what is git's own";
  return undefined;
};

const isWorkflow = (segments: readonly string[]): boolean =>
  segments.length > 2 && bare(segments[0] ?? '') === '.github' && bare(segments[1] ?? '') === 'workflows';

/** Why a file of a commit can't have this path; undefined when it can. What is refused is never made fit. */
export const pathProblem = (path: string, allowWorkflowFiles: boolean): string | undefined => {
  if (path === '') return 'is empty';
  if (Buffer.byteLength(path) > MAX_PATH) return 'is longer than 1,000 bytes';
  if (UNSEEN.test(path)) return 'holds characters that cannot be seen';
  if (path.includes('\\')) return 'holds a backslash';
  if (path.startsWith('/') || /^[a-z]:/i.test(path)) return 'is not relative';
  if (path !== path.normalize('NFC')) return 'is not in Unicode normal form C';
  const segments = path.split('/');
  const problem = segments.map(segmentProblem).find((one) => one !== undefined);
  if (problem !== undefined) return problem;
  if (isWorkflow(segments) && !allowWorkflowFiles) {
    return 'is a workflow: who writes it runs code. PAO_GITHUB_ALLOW_WORKFLOW_FILES allows it';
  }
  return undefined;
};

/** A path that is written twice, or that is a file and a folder of another file; undefined when there is none. */
export const clashIn = (paths: readonly string[]): string | undefined => {
  const seen = new Set<string>();
  for (const path of paths) {
    if (seen.has(path)) return path;
    seen.add(path);
  }
  return paths.find((path) => foldersOf(path).some((folder) => seen.has(folder)));
};

/** The folders that a path leads through, the outermost first. */
export const foldersOf = (path: string): readonly string[] => {
  const segments = path.split('/');
  return segments.slice(0, -1).map((_, index) => segments.slice(0, index + 1).join('/'));
};
