import type { Json, JsonObject } from '@pao/kernel';
import type { Action, CatalogItem } from '../document.ts';
import { type Path, valueAt } from '../pointer.ts';

export type Phase = 'manual' | 'automatic' | 'observe' | 'update' | 'decommission';

/** An action of an item, as completed, and as it stands in the file. */
export interface ActionSite {
  readonly phase: Phase;
  readonly index: number;
  readonly action: Omit<Action, 'rollback'>;
  /** As written: pointers into it are pointers into the file. */
  readonly config: JsonObject;
  /** Of the action. */
  readonly path: Path;
  /** True for what undoes the action that stands at `index`. */
  readonly rollback: boolean;
  /** True for an action that something undoes. */
  readonly hasRollback?: boolean;
}

/** Every action of an item, list by list; a rollback follows its action. */
export const actionSites = (item: CatalogItem, raw: Json): readonly ActionSite[] => {
  const { manual, automatic } = item.fulfillment;
  const { update, decommission } = item.lifecycle ?? {};
  return [
    ...listSites('manual', ['fulfillment', 'manual', 'actions'], manual.actions, raw),
    ...listSites('automatic', ['fulfillment', 'automatic', 'actions'], automatic?.actions ?? [], raw),
    ...observeSite(item, raw),
    ...listSites('update', ['lifecycle', 'update', 'actions'], update?.actions ?? [], raw),
    ...listSites('decommission', ['lifecycle', 'decommission', 'actions'], decommission?.actions ?? [], raw),
  ];
};

/** Looking at a resource is written like an action without an id of its own. */
const observeSite = ({ lifecycle }: CatalogItem, raw: Json): readonly ActionSite[] => {
  if (lifecycle?.observe === undefined) return [];
  const { type, config } = lifecycle.observe;
  const path = ['lifecycle', 'observe'];
  const action = { type, config, id: 'observe', executor: 'default', idempotent: true };
  return [{ phase: 'observe', index: 0, action, path, rollback: false, config: configAt(raw, path) }];
};

const listSites = (phase: Phase, list: Path, actions: readonly Action[], raw: Json): readonly ActionSite[] =>
  actions.flatMap((action, index) => {
    const path = [...list, index];
    const own = { phase, index, action, path, rollback: false, config: configAt(raw, path) };
    if (action.rollback === undefined) return [own];
    const undo = [...path, 'rollback'];
    return [
      { ...own, hasRollback: true },
      { ...own, action: action.rollback, path: undo, rollback: true, config: configAt(raw, undo) },
    ];
  });

const configAt = (raw: Json, action: Path): JsonObject => valueAt(raw, [...action, 'config']) as JsonObject;
