import { didYouMean } from './near.ts';
import { SYSTEM_PATHS } from './scope.ts';
import type { Namespace, Reference } from './syntax.ts';

/**
 * The paths each namespace is known to hold, dotted: `basic.storageGb`, `database-postgresql-standard.defaultPort`. A segment `*`
 * stands for any name, a last segment `**` for anything below. Without `system` the paths every request has are meant; a namespace
 * set to `undefined` is not checked.
 */
export interface KnownPaths {
  readonly current: Iterable<string> | undefined;
  readonly output: Iterable<string> | undefined;
  readonly metadata: Iterable<string> | undefined;
  readonly system?: Iterable<string> | undefined;
}

/** A reference to a path that is known nowhere. How grave that is, e.g. for an output, is the caller's to say. */
export interface UnknownReference {
  readonly reference: Reference;
  readonly message: string;
  readonly hint?: string;
}

/** Finds the references no known path covers: neither the path itself nor something it contains. */
export const checkReferences = (references: Iterable<Reference>, known: KnownPaths): readonly UnknownReference[] => {
  const paths = new Map<Namespace, readonly string[] | undefined>();
  const pathsOf = (namespace: Namespace): readonly string[] | undefined => {
    if (!paths.has(namespace)) paths.set(namespace, listPaths(known, namespace));
    return paths.get(namespace);
  };
  return Array.from(references).flatMap((reference) => {
    const candidates = pathsOf(reference.namespace);
    if (candidates === undefined || candidates.some((path) => covers(path, reference.path))) return [];
    return [describe(reference, candidates, known)];
  });
};

const listPaths = (known: KnownPaths, namespace: Namespace): readonly string[] | undefined => {
  const paths = namespace === 'system' && !('system' in known) ? SYSTEM_PATHS : known[namespace];
  return paths === undefined ? undefined : [...paths];
};

/** True when a reference reads the known path or a whole it is part of. */
const covers = (known: string, path: readonly string[]): boolean => {
  const segments = known.split('.');
  return path.every((segment, index) => {
    const expected = segments[index];
    if (expected === '**') return true;
    return expected === undefined ? segments.at(-1) === '**' : expected === '*' || expected === segment;
  });
};

const describe = (reference: Reference, candidates: readonly string[], known: KnownPaths): UnknownReference => {
  const { namespace } = reference;
  const dotted = reference.path.join('.');
  const message = `.${namespace}.${dotted} is declared nowhere`;
  const near = didYouMean(dotted, candidates.filter(isFixed), `.${namespace}.`);
  if (near.hint !== undefined) return { reference, message, hint: near.hint };
  const elsewhere = otherNamespace(reference, known);
  if (elsewhere === undefined) return { reference, message };
  return { reference, message, hint: `did you mean .${elsewhere}.${dotted}?` };
};

const isFixed = (path: string): boolean => !path.includes('*');

const otherNamespace = (reference: Reference, known: KnownPaths): Namespace | undefined =>
  (['current', 'output', 'metadata', 'system'] as const).find(
    (namespace) =>
      namespace !== reference.namespace &&
      listPaths(known, namespace)?.some((path) => isFixed(path) && covers(path, reference.path)),
  );
