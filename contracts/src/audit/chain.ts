/**
 * The audit as a chain: how a row's hash is made, and how rows are checked. It is part of the contract, since an export must be
 * checkable by whoever has it, without the service and years later.
 */

/** SHA-256 of a text, hexadecimal. */
export type AuditDigest = (text: string) => string;

/** What a row's hash covers, beside the request it belongs to and the hash of the row before. */
export interface AuditFacts {
  readonly sequence: number;
  /** ISO 8601 in UTC with milliseconds. */
  readonly at: string;
  readonly actor: string;
  readonly change: string;
  readonly taskId: string | null;
  readonly from: string | null;
  readonly to: string;
  readonly correlationId: string;
  readonly traceId: string | null;
  /** Why a person decided so, where one was given. */
  readonly reason: string | null;
  /** With which generation a task runs again; null for all other changes. */
  readonly generation: number | null;
}

export interface AuditLink extends AuditFacts {
  readonly requestId: string;
  readonly hash: string;
}

/**
 * The text a row's hash is made over: its members in fixed order, after the hash of the row before (empty for the first). What
 * was added later stands at the end, and only where a row has it, so that older rows keep their hash.
 */
export const auditLinkText = (requestId: string, previous: string, row: AuditFacts): string =>
  JSON.stringify([
    previous,
    requestId,
    row.sequence,
    row.at,
    row.actor,
    row.change,
    row.taskId,
    row.from,
    row.to,
    row.correlationId,
    row.traceId,
    ...(row.reason === null && row.generation === null ? [] : [row.reason, row.generation]),
  ]);

/** Where a chain ends: its last row. */
export interface ChainHead {
  readonly sequence: number;
  readonly hash: string;
}

/**
 * What is wrong with the first bad row of a chain. `hash`: it was altered, or the row before was. `gap`: it is missing. `order`: it
 * comes too late or twice. `cut-off`: the chain once went on. `head`: the chain ends otherwise than its request says.
 */
export const AUDIT_PROBLEMS = ['hash', 'gap', 'order', 'cut-off', 'head'] as const;

export interface AuditFinding {
  readonly requestId: string;
  readonly sequence: number;
  readonly problem: (typeof AUDIT_PROBLEMS)[number];
  readonly message: string;
}

export const BEFORE_FIRST: ChainHead = { sequence: 0, hash: '' };

/** Whether a row continues a chain. */
export const checkLink = (head: ChainHead, row: AuditLink, digest: AuditDigest): AuditFinding | undefined => {
  const { requestId, sequence } = row;
  const expected = head.sequence + 1;
  if (sequence > expected)
    return {
      requestId,
      sequence: expected,
      problem: 'gap',
      message: `row ${expected} is missing before row ${sequence}`,
    };
  if (sequence < expected)
    return { requestId, sequence, problem: 'order', message: `row ${sequence} stands after row ${head.sequence}` };
  if (row.hash !== digest(auditLinkText(requestId, head.hash, row)))
    return { requestId, sequence, problem: 'hash', message: `row ${sequence} does not have the hash of what it says` };
  return undefined;
};

/** Whether a chain ends where its request says. `claimed` is null when nothing says it any more. */
export const checkHead = (requestId: string, head: ChainHead, claimed: ChainHead | null): AuditFinding | undefined => {
  const finding = (sequence: number, problem: 'cut-off' | 'head', message: string): AuditFinding => ({
    requestId,
    sequence,
    problem,
    message,
  });
  if (claimed === null) return finding(head.sequence, 'head', 'the request no longer says where its chain ends');
  if (claimed.sequence > head.sequence)
    return finding(head.sequence + 1, 'cut-off', `the chain ends at row ${head.sequence} of ${claimed.sequence}`);
  if (claimed.sequence < head.sequence)
    return finding(claimed.sequence + 1, 'head', `the request knows no row after row ${claimed.sequence}`);
  return claimed.hash === head.hash
    ? undefined
    : finding(head.sequence, 'head', `the request knows row ${head.sequence} by another hash`);
};

/** Checks the rows of one chain, in the order of their sequences, and where it ends. The first finding, or undefined. */
export const verifyChain = (
  requestId: string,
  { rows, claimed }: { readonly rows: Iterable<AuditLink>; readonly claimed: ChainHead | null },
  digest: AuditDigest,
): AuditFinding | undefined => {
  let head = BEFORE_FIRST;
  for (const row of rows) {
    const finding = checkLink(head, row, digest);
    if (finding) return finding;
    head = row;
  }
  return checkHead(requestId, head, claimed);
};
