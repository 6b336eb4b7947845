import { ACTION_TYPES, type CatalogItem } from '../document.ts';
import { didYouMean } from '../near.ts';
import type { ServedPool } from './announced.ts';
import { type Report, repeated } from './report.ts';
import type { ActionSite, Phase } from './sites.ts';

export interface ActionTypeOptions {
  /** An action type that no known executor serves is an error instead of a warning. */
  readonly strict?: boolean;
  /** Action types that executors serve beside the built-in ones. */
  readonly knownActionTypes?: readonly string[];
  /** What the executors of other teams serve, by pool. */
  readonly executors?: readonly ServedPool[];
}

/** Modes, ids and types of actions. `hasStrategy` is what the file itself says. */
export const checkFulfillment = (item: CatalogItem, hasStrategy: boolean, report: Report): void => {
  if (!hasStrategy) {
    report('STRATEGY_MISSING', ['fulfillment', 'strategy'], 'No strategy is given; the mode is manual.', {
      hint: 'strategy: { mode: manual }',
    });
  }
  if (item.fulfillment.strategy.mode === 'automatic' && item.fulfillment.automatic === undefined) {
    report(
      'AUTOMATIC_MISSING',
      ['fulfillment', 'automatic'],
      'The mode is automatic, but there are no automatic actions.',
      {
        hint: 'add automatic.actions, or set the mode to manual',
      },
    );
  }
};

const PHASES: readonly Phase[] = ['manual', 'automatic', 'update', 'decommission'];

export const checkActions = (sites: readonly ActionSite[], options: ActionTypeOptions, report: Report): void => {
  for (const phase of PHASES) {
    const actions = sites.filter((site) => site.phase === phase && !site.rollback);
    for (const index of repeated(actions.map((site) => site.action.id))) {
      const site = actions[index];
      if (site !== undefined)
        report('ACTION_ID_NOT_UNIQUE', [...site.path, 'id'], `Two ${phase} actions are called \`${site.action.id}\`.`);
    }
  }
  const servedTypes = (options.executors ?? []).flatMap(({ actionTypes }) => actionTypes.map(({ type }) => type));
  const known = new Set<string>([...ACTION_TYPES, ...(options.knownActionTypes ?? []), ...servedTypes]);
  for (const { action, path } of sites) {
    if (known.has(action.type)) continue;
    report('ACTION_TYPE_UNKNOWN', [...path, 'type'], `No known executor serves the action type \`${action.type}\`.`, {
      hint: didYouMean(action.type, known),
      severity: options.strict === true ? 'error' : 'warning',
    });
  }
};
