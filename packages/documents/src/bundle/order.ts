import { err, ok, type Result } from '@pao/kernel';

export interface Ordered {
  readonly id: string;
  readonly dependsOn: readonly string[];
}

/**
 * Dependencies first, ties in the given order. The error is one cycle as it is walked: `['a', 'b', 'a']` says that a
 * depends on b and b on a. Names that lead nowhere are ignored; ids are unique.
 */
export const inDependencyOrder = <T extends Ordered>(nodes: readonly T[]): Result<readonly T[], readonly string[]> => {
  const known = new Map(nodes.map((node) => [node.id, node]));
  const done = new Set<string>();
  const ordered: T[] = [];
  while (ordered.length < nodes.length) {
    const next = nodes.find(
      (node) => !done.has(node.id) && node.dependsOn.every((id) => done.has(id) || !known.has(id)),
    );
    if (next === undefined) return err(findCycle(known, done));
    done.add(next.id);
    ordered.push(next);
  }
  return ok(ordered);
};

const findCycle = (known: ReadonlyMap<string, Ordered>, done: ReadonlySet<string>): readonly string[] => {
  const walked: string[] = [];
  let at = [...known.keys()].find((id) => !done.has(id));
  while (at !== undefined && !walked.includes(at)) {
    walked.push(at);
    at = known.get(at)?.dependsOn.find((id) => known.has(id) && !done.has(id));
  }
  return at === undefined ? walked : [...walked.slice(walked.indexOf(at)), at];
};
