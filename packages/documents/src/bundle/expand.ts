import { err, type JsonObject, ok, type Result } from '@pao/kernel';
import { actionsOf } from '../actions.ts';
import type { Action, BundleComponent, CatalogBundle, CatalogItem } from '../document.ts';
import { inDependencyOrder } from './order.ts';

/** One component of a bundle, ready to become tasks. */
export interface Component {
  readonly id: string;
  readonly item: CatalogItem;
  /** Those of the item's effective mode, in order. */
  readonly actions: readonly Action[];
  /** Constants and mappings; see componentInput. */
  readonly input: JsonObject;
  /** Components that must be completed first: in sequential orchestration the one before, in parallel the declared. */
  readonly dependsOn: readonly string[];
  /** Components it needs by its nature, whatever the orchestration: whose tickets block its tickets. */
  readonly declaredDependsOn: readonly string[];
}

/** Why a bundle cannot be expanded. `componentId` is where the fault is, when it is in one. */
export interface BundleError {
  readonly code: 'COMPONENT_ID_NOT_UNIQUE' | 'COMPONENT_ITEM_UNKNOWN' | 'COMPONENT_DEPENDS_UNKNOWN' | 'COMPONENT_CYCLE';
  readonly message: string;
  readonly componentId?: string;
  /** Of COMPONENT_CYCLE: the ids round the cycle, the first repeated at the end. */
  readonly cycle?: readonly string[];
}

/** Items by id; a Map or anything that looks like one. */
export interface ItemLookup {
  get(id: string): CatalogItem | undefined;
}

/** The components in the order in which they run (dependencies first, ties in document order). */
export const expandBundle = (
  bundle: CatalogBundle,
  itemsById: ItemLookup,
): Result<readonly Component[], readonly BundleError[]> => {
  const errors = findFaults(bundle, itemsById);
  if (errors.length > 0) return err(errors);
  const ordered = inDependencyOrder(bundle.components);
  if (!ordered.ok) return err([cycleError(ordered.error)]);
  const sequential = bundle.fulfillment.orchestration.mode === 'sequential';
  return ok(
    ordered.value.map((component, index) => {
      const before = ordered.value[index - 1];
      const dependsOn = sequential ? (before === undefined ? [] : [before.id]) : component.dependsOn;
      return toComponent(component, itemsById.get(component.catalogItem) as CatalogItem, dependsOn);
    }),
  );
};

const toComponent = (component: BundleComponent, item: CatalogItem, dependsOn: readonly string[]): Component => ({
  id: component.id,
  item,
  actions: actionsOf(item),
  input: component.input ?? {},
  dependsOn,
  declaredDependsOn: component.dependsOn,
});

const findFaults = (bundle: CatalogBundle, itemsById: ItemLookup): readonly BundleError[] => {
  const seen = new Set<string>();
  const ids = new Set(bundle.components.map((component) => component.id));
  return bundle.components.flatMap((component) => {
    const { id: componentId, catalogItem } = component;
    const faults: BundleError[] = [];
    if (seen.has(componentId)) {
      faults.push({
        code: 'COMPONENT_ID_NOT_UNIQUE',
        message: `Two components are called \`${componentId}\`.`,
        componentId,
      });
    }
    seen.add(componentId);
    if (itemsById.get(catalogItem) === undefined) {
      faults.push({ code: 'COMPONENT_ITEM_UNKNOWN', message: `There is no item \`${catalogItem}\`.`, componentId });
    }
    for (const other of component.dependsOn.filter((id) => !ids.has(id))) {
      faults.push({ code: 'COMPONENT_DEPENDS_UNKNOWN', message: `There is no component \`${other}\`.`, componentId });
    }
    return faults;
  });
};

const cycleError = (cycle: readonly string[]): BundleError => ({
  code: 'COMPONENT_CYCLE',
  message: `The components depend on each other in a circle: ${cycle.join(' → ')}.`,
  ...(cycle[0] === undefined ? {} : { componentId: cycle[0] }),
  cycle,
});
