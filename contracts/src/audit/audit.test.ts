import { createHash } from 'node:crypto';
import test from 'ava';
import { type AuditAnchor, compareAnchors, createAnchorBuilder, isAnchorIntact } from './anchor.ts';
import { type AuditFacts, type AuditLink, auditLinkText, verifyChain } from './chain.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const ID = '019381d0-7c4e-7000-8000-00000000000a';

const facts = (sequence: number): AuditFacts => ({
  sequence,
  at: '2026-01-01T00:00:00.000Z',
  actor: 'dev@example.test',
  change: 'task-queued',
  taskId: null,
  from: null,
  to: 'queued',
  correlationId: 'c',
  traceId: null,
  reason: null,
  generation: null,
});

const chain = (length: number, id = ID): AuditLink[] => {
  const rows: AuditLink[] = [];
  for (let sequence = 1; sequence <= length; sequence += 1) {
    const previous = rows.at(-1)?.hash ?? '';
    rows.push({ ...facts(sequence), requestId: id, hash: sha256(auditLinkText(id, previous, facts(sequence))) });
  }
  return rows;
};

const first = (rows: readonly AuditLink[], claimed = chain(4).at(-1) ?? null): string => {
  const finding = verifyChain(ID, { rows, claimed }, sha256);
  return finding ? `${finding.problem} ${finding.sequence}` : 'intact';
};

test('a hash is made as it was from the first day on', (t) => {
  t.is(
    auditLinkText(ID, 'p', facts(1)),
    `["p","${ID}",1,"2026-01-01T00:00:00.000Z","dev@example.test","task-queued",null,null,"queued","c",null]`,
  );
  t.true(auditLinkText(ID, 'p', { ...facts(1), reason: 'why' }).endsWith('null,"why",null]'));
});

test('the first bad row is named, and what is wrong with it', (t) => {
  const rows = chain(4);
  const [a, b, c, d] = rows as [AuditLink, AuditLink, AuditLink, AuditLink];
  t.is(first(rows), 'intact');
  t.is(first([a, { ...b, actor: 'x' }, c, d]), 'hash 2');
  t.is(first([a, { ...b, hash: c.hash }, c, d]), 'hash 2');
  t.is(first([a, c, d]), 'gap 2');
  t.is(first([b, c, d]), 'gap 1');
  t.is(first([a, b, b, c, d]), 'order 2');
  t.is(first([a, b, c, a, d]), 'order 1');
  t.is(first([a, b]), 'cut-off 3');
  t.is(first([]), 'cut-off 1');
  t.is(first(chain(5)), 'head 5');
  t.is(verifyChain(ID, { rows, claimed: null }, sha256)?.problem, 'head');
  const again = { ...d, actor: 'x' };
  t.is(first([a, b, c, { ...again, hash: sha256(auditLinkText(ID, c.hash, again)) }]), 'head 4');
});

const anchorOf = (...heads: readonly [string, number, string][]): AuditAnchor => {
  const builder = createAnchorBuilder(sha256);
  for (const [last, sequence, hash] of heads) builder.add({ requestId: ID.slice(0, -1) + last, sequence, hash });
  return builder.anchor('default', '2026-01-01T00:00:00.000Z');
};

test('an anchor tells what is gone, altered or new, and by which ids to look for it', (t) => {
  const kept = anchorOf(['0', 3, 'a'], ['a', 4, 'b'], ['f', 5, 'c']);
  t.like(kept, { requests: 3, rows: 12 });
  t.deepEqual(compareAnchors(kept, anchorOf(['0', 3, 'a'], ['a', 4, 'b'], ['f', 5, 'c'])), []);
  t.regex(
    compareAnchors(kept, anchorOf(['0', 3, 'a'], ['f', 5, 'c'])).join(),
    /^requests whose id ends in a: 1 with 4 rows/,
  );
  t.regex(
    compareAnchors(kept, anchorOf(['0', 3, 'x'], ['a', 4, 'b'], ['f', 5, 'c'])).join(),
    /ends in 0.*not the same$/,
  );
  t.is(compareAnchors(kept, anchorOf(['1', 3, 'a'], ['a', 4, 'b'], ['f', 6, 'c'])).length, 3);
  t.is(compareAnchors(kept, { ...kept, upTo: 'x' }).length, 1);
  t.is(compareAnchors(kept, { ...kept, tenantId: 'other' }).length, 1);
});

test('an anchor that was altered itself is not taken for one', (t) => {
  const anchor = anchorOf(['0', 3, 'a']);
  t.true(isAnchorIntact(anchor, sha256));
  t.false(isAnchorIntact({ ...anchor, rows: 2 }, sha256));
  t.false(isAnchorIntact({ ...anchor, upTo: '2025-01-01T00:00:00.000Z' }, sha256));
  t.false(isAnchorIntact({ ...anchor, shards: anchor.shards.toReversed() }, sha256));
});
