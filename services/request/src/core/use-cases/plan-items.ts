import type { ErrorDetail } from '@pao/contracts';
import { visibleTeams } from '@pao/documents';
import { err, type JsonObject, ok, type Result } from '@pao/kernel';
import { neededApprovals, unreachableApproval } from '../domain/needed-approvals.ts';
import { type Abilities, obstacleOf } from '../domain/obstacles.ts';
import { type Plan, type PlanError, planRequest, type Selection } from '../domain/plan.ts';
import { quotaOf } from '../domain/quota.ts';
import type { CatalogReference, QuotaUnit, Requester } from '../domain/request.ts';
import { MIN_SECRET_LENGTH, shortSecretPath } from '../domain/secret-use.ts';
import { unstorablePath } from '../domain/storable.ts';
import type { Dependencies } from './dependencies.ts';
import { referencesOf, selectOffered } from './select-documents.ts';

export interface RequestedItem {
  readonly kind: 'item' | 'bundle';
  readonly id: string;
  readonly input: unknown;
  /** The digest of the plan that the caller agreed to. */
  readonly planDigest?: string;
  /** For which of the caller's teams; the first one when absent. */
  readonly team?: string;
}

/** Why an array can't be submitted: the gravest kind, with every field at fault. Paths begin at the body: `items[0].input.name`. */
export interface Rejection {
  readonly kind: 'unknown-item' | 'invalid-item' | 'invalid-input';
  readonly details: readonly ErrorDetail[];
}

/** What an item comes down to. */
export interface PlannedItem {
  readonly plan: Plan;
  readonly selection: Selection;
  /** For which team; null when the caller is in none. */
  readonly team: string | null;
  /** What it uses of quotas; null when no document sets one. */
  readonly quota: readonly QuotaUnit[] | null;
  /** Why it can't be requested as its documents stand. */
  readonly obstacles: readonly string[];
}

export interface PlannedItems {
  /** In the order they were asked for. */
  readonly planned: readonly PlannedItem[];
  readonly references: readonly CatalogReference[];
}

export interface PlanFor {
  readonly tenantId: string;
  readonly requester: Requester;
  /** Whether an item that can't be requested is refused, or planned all the same with what stands in its way. */
  readonly obstacles: 'refuse' | 'tell';
}

/** Works out every task of every item, or says what is wrong with any of them. */
export const planItems = async (
  { catalog, sealer, platform }: Pick<Dependencies, 'catalog' | 'sealer' | 'platform'>,
  items: readonly RequestedItem[],
  planFor: PlanFor,
): Promise<Result<PlannedItems, Rejection>> => {
  const rejections: Rejection[] = [];
  const planned: PlannedItem[] = [];
  const references = new Map<string, CatalogReference>();
  for (const [index, item] of items.entries()) {
    const selection = await selectOffered(catalog, item.id);
    const context = { ...planFor, place: `items[${index}]`, secrets: sealer !== undefined, platform };
    const one = planItem(selection, item, context);
    if (!one.ok) rejections.push(one.error);
    if (!one.ok || !selection) continue;
    planned.push(one.value);
    for (const reference of referencesOf(selection)) references.set(reference.id, reference);
  }
  const gravest = KINDS.find((kind) => rejections.some((rejection) => rejection.kind === kind));
  if (!gravest) return ok({ planned, references: [...references.values()] });
  return err({ kind: gravest, details: rejections.flatMap(({ details }) => details).slice(0, MAX_DETAILS) });
};

const KINDS = ['unknown-item', 'invalid-item', 'invalid-input'] as const;
const MAX_DETAILS = 100;

interface ItemContext extends PlanFor, Abilities, Pick<Dependencies, 'platform'> {
  /** Path of the item in the body. */
  readonly place: string;
}

const planItem = (
  selection: Selection | undefined,
  item: RequestedItem,
  { place, tenantId, requester, platform, obstacles: policy, secrets }: ItemContext,
): Result<PlannedItem, Rejection> => {
  const field = `${place}.${item.kind === 'item' ? 'catalogItemId' : 'bundleId'}`;
  if (!selection || !isVisible(selection, requester) || kindOf(selection) !== item.kind) {
    return err({ kind: 'unknown-item', details: [{ field, issue: `the catalog offers no ${item.kind} ${item.id}` }] });
  }
  const obstacles = [selection.main, ...selection.items.values()].flatMap(
    ({ document }) => obstacleOf(document, { secrets }) ?? [],
  );
  const [obstacle] = policy === 'refuse' ? obstacles : [];
  if (obstacle !== undefined)
    return err({ kind: 'invalid-item', details: [{ field, issue: `can't be requested: ${obstacle}` }] });
  const planned = planRequest(selection, item.input);
  if (!planned.ok) return err(rejectionOf(planned.error, field, place));
  const unstorable = unstorablePath(item.input as JsonObject);
  if (unstorable !== undefined)
    return err(inputFault(place, unstorable, 'holds a character that is not valid Unicode text'));
  const short = shortSecretPath(planned.value);
  if (short !== undefined) return err(inputFault(place, short, SHORT));
  const team = teamOf(item, requester);
  if (!team.ok) return err({ kind: 'invalid-input', details: [{ field: `${place}.team`, issue: team.error }] });
  const unreachable = unreachableApproval(
    neededApprovals(selection, planned.value, { requester, platform }),
    requester,
  );
  if (unreachable !== undefined && policy === 'refuse')
    return err({ kind: 'invalid-item', details: [{ field, issue: `can't be requested: ${unreachable}` }] });
  const quota = quotaOf(selection, planned.value, { tenantId, requester, team: team.value });
  return ok({
    plan: planned.value,
    selection,
    team: team.value,
    quota,
    obstacles: unreachable === undefined ? obstacles : [...obstacles, unreachable],
  });
};

const teamOf = ({ team }: RequestedItem, { teams }: Requester): Result<string | null, string> => {
  if (team === undefined) return ok(teams[0] ?? null);
  if (teams.includes(team)) return ok(team);
  return err(teams.length === 0 ? 'is not yours: you are in no team' : `is none of your teams: ${teams.join(', ')}`);
};

const SHORT = `is too short to be kept secret: a password has ${MIN_SECRET_LENGTH} characters or more`;

const inputFault = (place: string, path: string, issue: string): Rejection => ({
  kind: 'invalid-input',
  details: [{ field: inputPath(place, path), issue }],
});

const kindOf = ({ main }: Selection): RequestedItem['kind'] =>
  main.document.kind === 'CatalogItem' ? 'item' : 'bundle';

/** Who may not see a document may not learn that it exists. */
const isVisible = ({ main }: Selection, { teams }: Requester): boolean => {
  const visible = visibleTeams(main.document);
  return visible === null || visible.some((team) => teams.includes(team));
};

const rejectionOf = (error: PlanError, field: string, place: string): Rejection => {
  if (error.kind === 'document') {
    return { kind: 'invalid-item', details: [{ field, issue: `can't be requested: ${error.message}` }] };
  }
  const details = error.fields.map(({ field: path, issue }) => ({ field: inputPath(place, path), issue }));
  return { kind: 'invalid-input', details };
};

const inputPath = (place: string, path: string): string => `${place}.input${path === '' ? '' : `.${path}`}`;
