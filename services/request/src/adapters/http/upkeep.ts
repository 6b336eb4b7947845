import { listAttention, listLeadTimes } from '@pao/contracts';
import { page, type Route, route } from '@pao/http';
import { z } from 'zod';
import type { AttentionKind } from '../../core/domain/attention.ts';
import type { Attention } from '../../core/ports/attention.ts';
import type { LeadTimes } from '../../core/ports/lead-times.ts';
import { findingView, leadTimeSummaryView } from '../../core/use-cases/upkeep-views.ts';
import { createBoundCursor } from './bound-cursor.ts';

export interface UpkeepRoutesOptions {
  readonly attention: Attention;
  readonly leadTimes: LeadTimes;
  readonly now: () => Date;
}

const findingPlace = z.strictObject({ since: z.iso.datetime(), kind: z.string(), subject: z.string() });

const DEFAULT_DAYS = 90;
const DAY_MS = 86_400_000;

/** What operators look at. Who may is the gateway's policy. */
export const upkeepRoutes = ({ attention, leadTimes, now }: UpkeepRoutesOptions): readonly Route[] => [
  route(listAttention, async ({ query: { limit, cursor }, identity: { tenant } }) => {
    const cursors = createBoundCursor('attention-1', findingPlace, tenant);
    const after = cursors.decode(cursor);
    if (!after.ok) return after.error;
    const { value } = after;
    const place = value && { since: new Date(value.since), kind: value.kind as AttentionKind, subject: value.subject };
    const findings = await attention.list(tenant, { limit: limit + 1, ...(place && { after: place }) });
    const { data, pagination } = page(findings, limit, ({ since, kind, subject }) =>
      cursors.encode({ since: since.toISOString(), kind, subject }),
    );
    return { data: data.map((finding) => findingView(finding, now())), pagination };
  }),
  route(listLeadTimes, async ({ query: { limit, cursor, ...query }, identity: { tenant: tenantId } }) => {
    const cursors = createBoundCursor('lead-times-1', z.string(), { tenantId, ...query });
    const after = cursors.decode(cursor);
    if (!after.ok) return after.error;
    const groups = await leadTimes.summarize({
      tenantId,
      groupBy: query.groupBy,
      outcome: query.outcome,
      since: query.since === undefined ? new Date(now().getTime() - DEFAULT_DAYS * DAY_MS) : new Date(query.since),
      until: query.until === undefined ? now() : new Date(query.until),
      limit: limit + 1,
      ...(after.value !== undefined && { after: after.value }),
    });
    const { data, pagination } = page(groups, limit, ({ key }) => cursors.encode(key));
    return { data: data.map(leadTimeSummaryView), pagination };
  }),
];
