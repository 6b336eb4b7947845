import type { Reference } from './syntax.ts';

/** An output that a set of templates reads. */
export interface OutputRead {
  /** Dotted, without the namespace: `endpoint`, `orders-db.endpoint`. */
  readonly path: string;
  /** True when some reading of it fails without a value. */
  readonly required: boolean;
}

/** The `.output` paths that are read, sorted. */
export const outputsRead = (references: Iterable<Reference>): readonly OutputRead[] => {
  const required = new Map<string, boolean>();
  for (const { namespace, path, optional } of references) {
    if (namespace !== 'output') continue;
    const dotted = path.join('.');
    required.set(dotted, (required.get(dotted) ?? false) || !optional);
  }
  return [...required]
    .map(([path, needed]) => ({ path, required: needed }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
};

/** One action, or one component, by what it reads and what it offers. */
export interface OutputNode {
  readonly id: string;
  readonly references: Iterable<Reference>;
  /** Dotted output paths; others may read below them, and the whole they are part of. */
  readonly offers: Iterable<string>;
}

/** `from` reads the output at `path` that `to` offers. */
export interface OutputEdge {
  readonly from: string;
  readonly to: string;
  readonly path: string;
}

export interface OutputGraph {
  readonly edges: readonly OutputEdge[];
  /** Readings that no node offers. */
  readonly unresolved: readonly { readonly id: string; readonly read: OutputRead }[];
}

/** Who reads whose outputs. A path that several offer has an edge to each; a node is never its own source. */
export const outputGraph = (nodes: readonly OutputNode[]): OutputGraph => {
  const sources = nodes.map((node) => ({ id: node.id, offers: [...node.offers] }));
  const edges: OutputEdge[] = [];
  const unresolved: { id: string; read: OutputRead }[] = [];
  for (const node of nodes) {
    for (const read of outputsRead(node.references)) {
      const givers = sources.filter(
        ({ id, offers }) => id !== node.id && offers.some((offer) => overlaps(offer, read.path)),
      );
      edges.push(...givers.map((giver) => ({ from: node.id, to: giver.id, path: read.path })));
      if (givers.length === 0) unresolved.push({ id: node.id, read });
    }
  }
  return { edges, unresolved };
};

const overlaps = (offer: string, path: string): boolean =>
  path === '' || offer === path || path.startsWith(`${offer}.`) || offer.startsWith(`${path}.`);
