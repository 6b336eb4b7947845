import type { DataOf, releaseQuota as operation } from '@pao/contracts';
import { err, ok, type Result, TransientError } from '@pao/kernel';
import { begin, recordQuotaRelease } from '../domain/audit.ts';
import { looksAfterAll, type Person } from '../domain/may-decide.ts';
import type { QuotaUnit, Request } from '../domain/request.ts';
import type { Quotas } from '../ports/quotas.ts';
import { type CallContext, causeOf } from './caller.ts';
import type { Dependencies } from './dependencies.ts';
import { answerOf, findAnswer, type Place } from './stored-answers.ts';

export type ReleasedView = DataOf<typeof operation>;

export interface ReleaseCommand {
  readonly requestId: string;
  /** Only units of this resource, and only of this component; all when absent. */
  readonly resource?: string;
  readonly component?: string;
  readonly tenantId: string;
  readonly by: Person;
  readonly reason: string;
  /** Of the request as the person saw it. */
  readonly version?: number;
  readonly context: CallContext;
  readonly idempotency?: { readonly key: string; readonly fingerprint: string };
}

export type ReleaseError =
  | { readonly kind: 'not-found' | 'not-allowed' | 'other-body' }
  | { readonly kind: 'changed'; readonly version: number }
  /** None of what was named is committed: it is still reserved, was released before, or is not there. */
  | { readonly kind: 'nothing-committed'; readonly status: Request['status'] };

type Released = Result<ReleasedView, ReleaseError>;

const PLACE: Place = { route: 'releaseQuota', status: 200 };
/** How often the request may change while one release is stored. */
const MAX_ROUNDS = 20;

/** Gives back what a completed request uses of quotas: with the row of the audit that says who did so and why, or not at all. */
export const releaseQuota =
  (dependencies: Dependencies & { readonly quotas: Pick<Quotas, 'unitStates'> }) =>
  async (command: ReleaseCommand): Promise<Released> => {
    const { store, quotas, commits } = dependencies;
    if (!looksAfterAll(command.by)) return err({ kind: 'not-allowed' });
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const before = await store.find(command.requestId);
      if (before?.tenantId !== command.tenantId) return err({ kind: 'not-found' });
      const answered = await findAnswer<ReleasedView>(command, PLACE, dependencies);
      if (answered) return answered;
      if (command.version !== undefined && command.version !== before.version)
        return err({ kind: 'changed', version: before.version });
      const states = await quotas.unitStates(before.id);
      const units = (before.quota ?? [])
        .map((unit, index) => ({ ...unit, number: index + 1 }))
        .filter((unit) => states[unit.number - 1] === 'committed' && isMeant(unit, command));
      if (units.length === 0) return err({ kind: 'nothing-committed', status: before.status });
      const next = nextVersion(before, command, dependencies);
      const view = releasedView(next.request, units);
      const releases = units.map(({ number }) => number);
      const outcome = await store.saveDecision(before, { ...next, releases }, answerOf(command, PLACE, view));
      if (outcome !== 'saved') continue;
      commits.committed(next);
      return ok(view);
    }
    throw new TransientError(`request ${command.requestId} changes faster than its quota can be released`);
  };

const isMeant = (unit: QuotaUnit, { resource, component }: ReleaseCommand): boolean =>
  (resource ?? unit.resource) === unit.resource && (component === undefined || component === unit.component);

const nextVersion = (before: Request, { by, reason, context }: ReleaseCommand, { now, digest }: Dependencies) => {
  const recording = { cause: causeOf(context, by.email, now()), digest };
  const progress = recordQuotaRelease(begin(before), reason, recording);
  return { ...progress, request: { ...progress.request, version: before.version + 1 }, messages: [] };
};

const releasedView = ({ id, version }: Request, units: readonly QuotaUnit[]): ReleasedView => ({
  requestId: id,
  version,
  released: units.map(({ resource, per, scope, catalogId, component }) => ({
    resource,
    per,
    scope,
    catalogItemId: catalogId,
    component,
  })),
});
