import type { CheckedDocument, Owner } from './document.ts';
import type { Finding } from './finding.ts';

/** What is stored of a document, offered or retired, as far as a sync must know it. */
export interface DocumentHead {
  readonly id: string;
  readonly path: string;
  readonly hash: string;
  readonly retired: boolean;
  readonly owner: Owner | null;
}

/** A file with an error, and the id it claims where that could be read. */
export interface BrokenFile {
  readonly path: string;
  readonly id?: string;
}

/** What the checks say of one snapshot of the catalog. */
export interface Verdict {
  /** Documents without an error. */
  readonly documents: readonly CheckedDocument[];
  /** Their last good version keeps serving. */
  readonly broken: readonly BrokenFile[];
  readonly findings: readonly Finding[];
}

export interface SyncPlan {
  /** In the order of their revisions. */
  readonly publish: readonly { readonly document: CheckedDocument; readonly revision: number }[];
  readonly retire: readonly { readonly id: string; readonly revision: number }[];
  /** The same document under another owner: shown, but nothing a consumer needs to know. The revision lets replicas see it. */
  readonly reassign: readonly { readonly id: string; readonly owner: Owner | null; readonly revision: number }[];
  /** The same document in another file: nothing a consumer needs to know. */
  readonly move: readonly { readonly id: string; readonly path: string }[];
  /** The highest revision after the plan was carried out. */
  readonly revision: number;
  /** Documents that are offered then. */
  readonly documents: number;
}

export interface PlanInput {
  readonly heads: readonly DocumentHead[];
  readonly verdict: Verdict;
  /** The highest revision given out so far. */
  readonly revision: number;
}

/** What is offered and stays so although its file broke. */
export const offeredDespite = (
  heads: readonly DocumentHead[],
  broken: readonly BrokenFile[],
): readonly DocumentHead[] => {
  const paths = new Set(broken.map(({ path }) => path));
  const ids = new Set(broken.map(({ id }) => id));
  return heads.filter(({ id, path, retired }) => !retired && (paths.has(path) || ids.has(id)));
};

const sameOwner = (a: Owner | null, b: Owner | null): boolean => a?.team === b?.team && a?.contact === b?.contact;

/**
 * What must change so that the catalog offers what the snapshot holds. A document whose file has an error stays as it is; one
 * whose file is gone is retired; one that was retired and is back is published again.
 */
export const planSync = ({ heads, verdict, revision }: PlanInput): SyncPlan => {
  const stored = new Map(heads.map((head) => [head.id, head]));
  const changed = verdict.documents
    .filter(({ id, hash }) => stored.get(id)?.retired !== false || stored.get(id)?.hash !== hash)
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const published = new Set(changed.map(({ id }) => id));
  const same = verdict.documents.filter(({ id }) => !published.has(id));

  // Before the others: consumers wait for the revision that a sync ends with, and are sent only those.
  const reassign = same
    .filter(({ id, owner }) => !sameOwner(stored.get(id)?.owner ?? null, owner))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id, owner }, index) => ({ id, owner, revision: revision + 1 + index }));
  const reassigned = revision + reassign.length;
  const publish = changed.map((document, index) => ({ document, revision: reassigned + 1 + index }));

  const kept = new Set([...verdict.documents, ...offeredDespite(heads, verdict.broken)].map(({ id }) => id));
  const offered = heads.filter(({ retired }) => !retired);
  const gone = offered.filter(({ id }) => !kept.has(id));
  const retire = gone
    .map(({ id }) => id)
    .toSorted()
    .map((id, index) => ({ id, revision: reassigned + publish.length + 1 + index }));

  const move = same.filter(({ id, path }) => stored.get(id)?.path !== path).map(({ id, path }) => ({ id, path }));

  const added = changed.filter(({ id }) => stored.get(id)?.retired !== false).length;
  return {
    publish,
    retire,
    reassign,
    move,
    revision: reassigned + publish.length + retire.length,
    documents: offered.length - retire.length + added,
  };
};

/** Whether consumers of the catalog have anything to hear of. */
export const changesCatalog = (plan: SyncPlan): boolean => plan.publish.length > 0 || plan.retire.length > 0;
