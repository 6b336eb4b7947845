import type { ErrorDetail } from '@pao/contracts';
import { visibleTeams } from '@pao/documents';
import { err, type JsonObject, ok, type Result } from '@pao/kernel';
import { type Abilities, obstacleOf } from '../domain/obstacles.ts';
import { type Plan, type PlanError, planRequest, type Selection } from '../domain/plan.ts';
import type { CatalogReference, Requester } from '../domain/request.ts';
import { MIN_SECRET_LENGTH, shortSecretPath } from '../domain/secret-use.ts';
import { unstorablePath } from '../domain/storable.ts';
import type { Dependencies } from './dependencies.ts';
import { referencesOf, selectOffered } from './select-documents.ts';

export interface RequestedItem {
  readonly kind: 'item' | 'bundle';
  readonly id: string;
  readonly input: unknown;
}

/** Why an array can't be submitted: the gravest kind, with every field at fault. Paths begin at the body: `items[0].input.name`. */
export interface Rejection {
  readonly kind: 'unknown-item' | 'invalid-item' | 'invalid-input';
  readonly details: readonly ErrorDetail[];
}

export interface PlannedItems {
  readonly plans: readonly Plan[];
  readonly references: readonly CatalogReference[];
}

/** Works out every task of every item, or says what is wrong with any of them. */
export const planItems = async (
  { catalog, sealer }: Pick<Dependencies, 'catalog' | 'sealer'>,
  items: readonly RequestedItem[],
  requester: Requester,
): Promise<Result<PlannedItems, Rejection>> => {
  const rejections: Rejection[] = [];
  const plans: Plan[] = [];
  const references = new Map<string, CatalogReference>();
  for (const [index, item] of items.entries()) {
    const selection = await selectOffered(catalog, item.id);
    const planned = planItem(selection, item, { place: `items[${index}]`, requester, secrets: sealer !== undefined });
    if (!planned.ok) rejections.push(planned.error);
    if (!planned.ok || !selection) continue;
    plans.push(planned.value);
    for (const reference of referencesOf(selection)) references.set(reference.id, reference);
  }
  const gravest = KINDS.find((kind) => rejections.some((rejection) => rejection.kind === kind));
  if (!gravest) return ok({ plans, references: [...references.values()] });
  return err({ kind: gravest, details: rejections.flatMap(({ details }) => details).slice(0, MAX_DETAILS) });
};

const KINDS = ['unknown-item', 'invalid-item', 'invalid-input'] as const;
const MAX_DETAILS = 100;

interface ItemContext extends Abilities {
  /** Path of the item in the body. */
  readonly place: string;
  readonly requester: Requester;
}

const planItem = (
  selection: Selection | undefined,
  item: RequestedItem,
  { place, requester, secrets }: ItemContext,
): Result<Plan, Rejection> => {
  const field = `${place}.${item.kind === 'item' ? 'catalogItemId' : 'bundleId'}`;
  if (!selection || !isVisible(selection, requester) || kindOf(selection) !== item.kind) {
    return err({ kind: 'unknown-item', details: [{ field, issue: `the catalog offers no ${item.kind} ${item.id}` }] });
  }
  const obstacle = [selection.main, ...selection.items.values()]
    .map(({ document }) => obstacleOf(document, { secrets }))
    .find(Boolean);
  if (obstacle) return err({ kind: 'invalid-item', details: [{ field, issue: `can't be requested: ${obstacle}` }] });
  const planned = planRequest(selection, item.input);
  if (!planned.ok) return err(rejectionOf(planned.error, field, place));
  const unstorable = unstorablePath(item.input as JsonObject);
  if (unstorable !== undefined)
    return err(inputFault(place, unstorable, 'holds a character that is not valid Unicode text'));
  const short = shortSecretPath(planned.value);
  return short === undefined ? planned : err(inputFault(place, short, SHORT));
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
