import { z } from 'zod';
import { ANCHOR_FORMAT, ANCHOR_SHARDS } from '../audit/anchor.ts';
import { AUDIT_PROBLEMS } from '../audit/chain.ts';
import { timestampSchema } from '../messages/common.ts';
import { defineOperation } from '../operation.ts';
import { documentIdSchema, PAGE, pageQuery } from './common.ts';

const hashSchema = z.string().regex(/^[0-9a-f]{64}$/);

export const auditRowSchema = z
  .object({
    requestId: z.uuid(),
    sequence: z.int().min(1),
    at: timestampSchema,
    recordedAt: timestampSchema.meta({ description: 'By the clock of the database; what anchors go by. Not hashed.' }),
    actor: z.string(),
    change: z.string().meta({ description: 'What happened, such as `task-completed`.' }),
    taskId: z.uuid().nullable().meta({ description: 'Null for a change of the request itself.' }),
    from: z.string().nullable(),
    to: z.string(),
    correlationId: z.string(),
    traceId: z.string().nullable(),
    reason: z.string().nullable().meta({ description: 'Why a person decided so, where one was given.' }),
    generation: z.int().nullable().meta({ description: 'With which generation a task runs again.' }),
    hash: hashSchema.meta({ description: 'SHA-256 over the hash of the row before and this row.' }),
  })
  .meta({ id: 'AuditRow' });

export type AuditRowView = z.infer<typeof auditRowSchema>;

export const auditFindingSchema = z
  .object({
    requestId: z.uuid(),
    sequence: z.int().meta({ description: 'The first bad row.' }),
    problem: z.enum(AUDIT_PROBLEMS),
    message: z.string(),
  })
  .meta({ id: 'AuditFinding' });

export const auditAnchorSchema = z
  .object({
    format: z.literal(ANCHOR_FORMAT),
    tenantId: z.string(),
    upTo: timestampSchema.meta({ description: 'Covers what was recorded before this moment.' }),
    requests: z.int(),
    rows: z.int(),
    shards: z.array(z.object({ requests: z.int(), rows: z.int(), hash: z.string() })).length(ANCHOR_SHARDS),
    root: hashSchema,
  })
  .meta({ id: 'AuditAnchor' });

const moment = z.iso.datetime({ offset: true });

const filters = {
  requestId: z.uuid().optional(),
  actor: z.string().min(1).max(200).optional().meta({ description: 'An e-mail address, or `executor`.' }),
  change: z.string().min(1).max(100).optional(),
  catalogItemId: documentIdSchema.optional(),
  bundleId: documentIdSchema.optional(),
  since: moment.optional().meta({ description: 'Then or later.' }),
  until: moment.optional().meta({ description: 'Before then.' }),
};

const byId = z.strictObject({ id: z.uuid() });

export const getRequestAudit = defineOperation({
  id: 'getRequestAudit',
  service: 'request',
  method: 'GET',
  path: '/requests/{id}/audit',
  tag: 'audit',
  summary: 'Every change of a request and its tasks, oldest first',
  params: byId,
  query: z.strictObject(pageQuery),
  data: z.array(auditRowSchema),
  paginated: true,
});

export const verifyRequestAudit = defineOperation({
  id: 'verifyRequestAudit',
  service: 'request',
  method: 'GET',
  path: '/requests/{id}/audit/verify',
  tag: 'audit',
  summary: 'Makes the chain of a request’s audit again and names the first bad row',
  params: byId,
  data: z.object({
    requestId: z.uuid(),
    rows: z.int(),
    intact: z.boolean(),
    finding: auditFindingSchema.nullable(),
  }),
});

export const listAudit = defineOperation({
  id: 'listAudit',
  service: 'request',
  method: 'GET',
  path: '/audit',
  tag: 'audit',
  summary: 'The audit of all requests, newest first',
  query: z.strictObject({ ...pageQuery, ...filters }),
  data: z.array(auditRowSchema),
  paginated: true,
});

export const exportAudit = defineOperation({
  id: 'exportAudit',
  service: 'request',
  method: 'GET',
  path: '/audit/export',
  tag: 'audit',
  summary: 'The audit as a file, in the order of its chains: by request, and oldest first',
  query: z.strictObject({ ...filters, format: z.enum(['jsonl', 'csv']).default('jsonl') }),
  data: auditRowSchema,
  downloads: ['application/x-ndjson', 'text/csv'],
});

export const verifyAudit = defineOperation({
  id: 'verifyAudit',
  service: 'request',
  method: 'GET',
  path: '/audit/verify',
  tag: 'audit',
  summary: 'Checks the chains of all requests, some a call; a page counts requests',
  query: z.strictObject({ ...pageQuery, limit: pageQuery.limit.default(PAGE.maxLimit) }),
  data: z.object({ requests: z.int(), rows: z.int(), findings: z.array(auditFindingSchema) }),
  paginated: true,
});

export const getAuditAnchor = defineOperation({
  id: 'getAuditAnchor',
  service: 'request',
  method: 'GET',
  path: '/audit/anchors',
  tag: 'audit',
  summary: 'An anchor: a small document that pins the whole audit up to a moment, to be kept elsewhere',
  query: z.strictObject({
    upTo: moment.optional().meta({ description: 'That of an anchor to be checked; the latest possible when absent.' }),
  }),
  data: auditAnchorSchema,
});
