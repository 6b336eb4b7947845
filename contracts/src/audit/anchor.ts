import type { AuditDigest, ChainHead } from './chain.ts';

/** A small document that pins the audit of a tenant as it was at a moment. Whoever keeps it elsewhere can check later. */
export interface AuditAnchor {
  readonly format: typeof ANCHOR_FORMAT;
  readonly tenantId: string;
  /** Covers the rows recorded before this moment, ISO 8601 in UTC with milliseconds. */
  readonly upTo: string;
  readonly requests: number;
  readonly rows: number;
  /** A request belongs to the shard that the last hexadecimal digit of its id numbers; ids end in random bits. */
  readonly shards: readonly AnchorShard[];
  /** Over everything above. */
  readonly root: string;
}

export interface AnchorShard {
  readonly requests: number;
  readonly rows: number;
  readonly hash: string;
}

export const ANCHOR_FORMAT = 'pao-audit-anchor-1';

export const ANCHOR_SHARDS = 16;

/** The last row of a request that an anchor covers. The hash of that row covers the rows before it. */
export interface AnchoredHead extends ChainHead {
  readonly requestId: string;
}

const rootText = ({ tenantId, upTo, requests, rows, shards }: Omit<AuditAnchor, 'format' | 'root'>): string =>
  JSON.stringify([
    ANCHOR_FORMAT,
    tenantId,
    upTo,
    requests,
    rows,
    shards.map((shard) => [shard.requests, shard.rows, shard.hash]),
  ]);

export interface AnchorBuilder {
  /** Heads come in the order of their request ids. */
  add(head: AnchoredHead): void;
  /** Call once, when there are no more. */
  anchor(tenantId: string, upTo: string): AuditAnchor;
}

/** Makes an anchor head by head and holds none of them: each is chained to those of its shard before it. */
export const createAnchorBuilder = (digest: AuditDigest): AnchorBuilder => {
  const shards = Array.from({ length: ANCHOR_SHARDS }, (): AnchorShard => ({ requests: 0, rows: 0, hash: '' }));
  return {
    add: ({ requestId, sequence, hash }) => {
      const number = Number.parseInt(requestId.slice(-1), ANCHOR_SHARDS);
      const before = shards[number];
      if (!before) throw new RangeError(`${requestId} is not the id of a request`);
      shards[number] = {
        requests: before.requests + 1,
        rows: before.rows + sequence,
        hash: digest(JSON.stringify([before.hash, requestId, sequence, hash])),
      };
    },
    anchor: (tenantId, upTo) => {
      const sum = (member: 'requests' | 'rows'): number => shards.reduce((total, shard) => total + shard[member], 0);
      const said = { tenantId, upTo, requests: sum('requests'), rows: sum('rows'), shards };
      return { format: ANCHOR_FORMAT, ...said, root: digest(rootText(said)) };
    },
  };
};

/** Whether an anchor is whole: its root fits what it says. */
export const isAnchorIntact = (anchor: AuditAnchor, digest: AuditDigest): boolean =>
  anchor.root === digest(rootText(anchor));

/** What no longer is as it was anchored, in words; empty when all of it is. `now` is the anchor of today up to the same moment. */
export const compareAnchors = (kept: AuditAnchor, now: AuditAnchor): readonly string[] => {
  if (kept.tenantId !== now.tenantId) return [`the anchor is of tenant ${kept.tenantId}, not of ${now.tenantId}`];
  if (kept.upTo !== now.upTo) return [`the anchor goes up to ${kept.upTo}, what was compared up to ${now.upTo}`];
  return kept.shards.flatMap((shard, number) => {
    const today = now.shards[number] ?? { requests: 0, rows: 0, hash: '' };
    if (today.hash === shard.hash && today.requests === shard.requests && today.rows === shard.rows) return [];
    const ids = `requests whose id ends in ${number.toString(ANCHOR_SHARDS)}`;
    return [
      `${ids}: ${shard.requests} with ${shard.rows} rows were anchored, ${today.requests} with ${today.rows} rows are there${
        today.requests === shard.requests && today.rows === shard.rows ? ', and not the same' : ''
      }`,
    ];
  });
};
