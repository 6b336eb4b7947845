import { approvalIsNeeded, type CatalogDocument, durationMs, type Approval as Safeguard } from '@pao/documents';
import type { JsonObject, NewId } from '@pao/kernel';
import type { Approval, NeededApproval } from './approval.ts';
import { estimateOf } from './estimate.ts';
import type { Plan, PlannedTask, Selection } from './plan.ts';
import type { Cost, Requester } from './request.ts';
import type { Platform } from './scope.ts';

export interface NeedOptions {
  readonly requester: Requester;
  readonly platform: Platform;
}

const WEEK_MS = 7 * 24 * 3_600_000;

/** Every stage in the order it is decided: those of the document itself, then those of each component in the order of the plan. */
export const neededApprovals = (selection: Selection, plan: Plan, options: NeedOptions): readonly NeededApproval[] => {
  if (!asksForAny(selection)) return [];
  const needed = askingParts(selection, plan).flatMap((part) =>
    (part.document.fulfillment.approvals ?? []).flatMap((safeguard) => stageOf(safeguard, part, options)),
  );
  return needed.map((stage, index) => ({ ...stage, stage: index + 1 }));
};

/** Why somebody could never get what they ask for: too few of those who are named are somebody else. */
export const unreachableApproval = (needed: readonly NeededApproval[], { email }: Requester): string | undefined => {
  const lacking = needed.find(({ approvers: { teams, users }, minimum }) => {
    const own = email.toLowerCase();
    const others = new Set(users.map((user) => user.toLowerCase()).filter((user) => user !== own));
    return teams.length === 0 && others.size < minimum;
  });
  if (!lacking) return undefined;
  return `its approval ${lacking.name} needs ${lacking.minimum} of ${lacking.approvers.users.join(', ')}, and nobody approves an own request`;
};

/** The stages of a new request, none of them open yet. */
export const createApprovals = (needed: readonly NeededApproval[], newId: NewId): readonly Approval[] =>
  needed.map((stage) => ({
    ...stage,
    id: newId(),
    state: 'not-needed-yet',
    openedAt: null,
    remindedAt: null,
    endedAt: null,
    decisions: [],
  }));

const asks = ({ fulfillment }: CatalogDocument): boolean => (fulfillment.approvals ?? []).length > 0;

const asksForAny = ({ main, items }: Selection): boolean => {
  if (asks(main.document)) return true;
  for (const { document } of items.values()) if (asks(document)) return true;
  return false;
};

/** A document that may ask, and what its conditions read. */
interface AskingPart {
  readonly document: CatalogDocument;
  readonly component: string | null;
  readonly current: JsonObject;
  readonly metadata: JsonObject;
  readonly cost: readonly Cost[];
  /** Whether a cost that a document gives could not be worked out. */
  readonly isCostUnknown: boolean;
}

const askingParts = (selection: Selection, plan: Plan): readonly AskingPart[] => {
  const { main, items } = selection;
  const own = {
    document: main.document,
    component: null,
    current: plan.input,
    metadata: plan.metadata,
    ...costOf(selection, plan),
  };
  if (main.document.kind === 'CatalogItem') return [own];
  const firstOf = new Map<string | null, PlannedTask>();
  for (const task of plan.tasks) if (!firstOf.has(task.component)) firstOf.set(task.component, task);
  const components = [...firstOf.values()].flatMap((task): AskingPart[] => {
    const item = items.get(task.catalog.id);
    if (!item) return [];
    const alone = costOf({ main: item, items: new Map() }, { ...plan, input: task.input.values });
    const { component, input } = task;
    return [{ document: item.document, component, current: input.values, metadata: plan.metadata, ...alone }];
  });
  return [own, ...components];
};

const costOf = (selection: Selection, plan: Plan): Pick<AskingPart, 'cost' | 'isCostUnknown'> => {
  const { cost, unpriced } = estimateOf(selection, plan);
  const priced = new Map(
    [selection.main, ...selection.items.values()].map(({ document }) => [document.metadata.id, document]),
  );
  const isGiven = (id: string): boolean => {
    const document = priced.get(id);
    return document?.kind === 'CatalogItem' && document.cost !== undefined;
  };
  return { cost, isCostUnknown: unpriced.some(({ catalogId }) => isGiven(catalogId)) };
};

type Stage = Omit<NeededApproval, 'stage'>;

const stageOf = (safeguard: Safeguard, part: AskingPart, options: NeedOptions): readonly Stage[] => {
  const reason = reasonOf(safeguard, part, options);
  if (reason === undefined) return [];
  const { teams = [], users = [] } = safeguard.approvers;
  const expiresAfterMs = safeguard.expiresAfter === undefined ? WEEK_MS : durationMs(safeguard.expiresAfter);
  return [
    {
      name: safeguard.id,
      catalogId: part.document.metadata.id,
      component: part.component,
      when: safeguard.when ?? null,
      reason,
      approvers: { teams, users },
      minimum: safeguard.minimum ?? 1,
      expiresAfterMs,
      remindAfterMs:
        safeguard.remindAfter === undefined ? Math.floor(expiresAfterMs / 2) : durationMs(safeguard.remindAfter),
    },
  ];
};

/** Why it is needed; undefined when it is not. What can't be judged is needed: a safeguard must not fall away by a fault. */
const reasonOf = (
  safeguard: Safeguard,
  { current, metadata, cost, isCostUnknown }: AskingPart,
  { requester, platform }: NeedOptions,
): string | undefined => {
  if (safeguard.when === undefined) return 'it is always needed';
  const { id, email, teams } = requester;
  const verdict = approvalIsNeeded(safeguard, {
    current,
    metadata,
    cost: isCostUnknown ? undefined : Object.fromEntries(cost.map(({ currency, monthly }) => [currency, monthly])),
    system: { environment: platform.environment, platform: { ...platform }, user: { id, email, teams: [...teams] } },
  });
  if (!verdict.ok) return 'whether it is needed could not be worked out, so it is';
  return verdict.value ? 'its condition says so' : undefined;
};
