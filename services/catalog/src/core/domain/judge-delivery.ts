import { isJsonObject, type Json, type JsonObject } from '@pao/kernel';

/** The part of a repository that the catalog is read from. */
export interface WatchedPlace {
  /** Undefined: the repository's default branch. */
  readonly branch: string | undefined;
  /** The folder that holds `catalog` and `bundles`, without slashes around it; empty for the top. */
  readonly folder: string;
}

type DeliveryOutcome = 'pong' | 'accepted' | 'ignored';

/** What is to be done about a delivery, and all that is kept of its payload. */
export interface Judgement {
  readonly outcome: DeliveryOutcome;
  /** For people. */
  readonly reason: string;
  readonly ref: string | null;
  readonly after: string | null;
}

/** Beyond this GitHub need not list every commit of a push. */
const MAX_LISTED_COMMITS = 20;
const BRANCH = 'refs/heads/';

const REF = /^refs\/[\x21-\x7e\u00a0-\ud7ff\ue000-\uffff]{1,300}$/;
const SHA = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

const matching = (value: Json | undefined, pattern: RegExp): string | null =>
  typeof value === 'string' && pattern.test(value) ? value : null;

const defaultBranch = ({ repository }: JsonObject): string | undefined => {
  const name = isJsonObject(repository) ? repository['default_branch'] : undefined;
  return typeof name === 'string' ? name : undefined;
};

const LISTS = ['added', 'modified', 'removed'] as const;

/** Every path that a commit touches; undefined where its lists are not whole. */
const pathsOfCommit = (commit: Json): readonly string[] | undefined => {
  if (!isJsonObject(commit)) return undefined;
  const lists = LISTS.map((name) => commit[name]);
  if (!lists.every((list) => Array.isArray(list))) return undefined;
  const paths: readonly Json[] = lists.flat();
  return paths.every((path) => typeof path === 'string') ? paths : undefined;
};

/** Every path that a push touches; undefined where the payload does not tell them all. */
const touchedPaths = ({ commits, forced, created, deleted }: JsonObject): readonly string[] | undefined => {
  if (forced !== false || created !== false || deleted !== false) return undefined;
  if (!Array.isArray(commits) || commits.length === 0 || commits.length > MAX_LISTED_COMMITS) return undefined;
  const paths = commits.map(pathsOfCommit);
  return paths.every((list) => list !== undefined) ? paths.flat() : undefined;
};

/** Owners are read from wherever a CODEOWNERS file may lie. */
const isRelevant = (path: string, folder: string): boolean => {
  const top = folder === '' ? '' : `${folder}/`;
  return (
    path.startsWith(`${top}catalog/`) ||
    path.startsWith(`${top}bundles/`) ||
    path === 'CODEOWNERS' ||
    path.endsWith('/CODEOWNERS')
  );
};

const judgePush = (payload: JsonObject, { branch, folder }: WatchedPlace): Pick<Judgement, 'outcome' | 'reason'> => {
  const { ref } = payload;
  const wanted = branch ?? defaultBranch(payload);
  if (typeof ref === 'string' && !ref.startsWith(BRANCH)) return { outcome: 'ignored', reason: 'no branch was pushed' };
  if (typeof ref === 'string' && wanted !== undefined && ref !== BRANCH + wanted)
    return { outcome: 'ignored', reason: 'another branch than that of the catalog was pushed' };
  const paths = touchedPaths(payload);
  if (paths && !paths.some((path) => isRelevant(path, folder)))
    return { outcome: 'ignored', reason: 'the push touches nothing that the catalog is read from' };
  return { outcome: 'accepted', reason: 'the catalog is read again' };
};

/**
 * Decides what a delivery leads to. Its payload is a hint and no more: what is missing or strange in it counts in favour of reading
 * the catalog again, which at worst finds nothing new.
 */
export const judgeDelivery = (event: string, payload: Json, place: WatchedPlace): Judgement => {
  const nothing = { ref: null, after: null };
  if (event === 'ping') return { outcome: 'pong', reason: 'the webhook works', ...nothing };
  if (event !== 'push') return { outcome: 'ignored', reason: 'only pushes matter to the catalog', ...nothing };
  const push = isJsonObject(payload) ? payload : {};
  return { ...judgePush(push, place), ref: matching(push['ref'], REF), after: matching(push['after'], SHA) };
};
