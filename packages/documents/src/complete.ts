import type { Json, JsonObject } from '@pao/kernel';
import { completeActions } from './actions.ts';
import type { CatalogBundle, CatalogDocument, CatalogItem } from './document.ts';
import type { DocumentKind } from './schema/check.ts';

/**
 * The typed document of a value that the schema accepts: absent parts that have a meaning are filled in. A completed
 * document is completed to itself.
 */
export const complete = (kind: DocumentKind, value: Json): CatalogDocument =>
  kind === 'CatalogItem'
    ? completeItem(value as unknown as CatalogItem)
    : completeBundle(value as unknown as CatalogBundle);

const completeItem = (item: CatalogItem): CatalogItem => {
  const { strategy, manual, automatic } = item.fulfillment as Partial<CatalogItem['fulfillment']>;
  const { lifecycle } = item;
  return {
    ...item,
    fulfillment: {
      ...item.fulfillment,
      strategy: strategy ?? { mode: 'manual' },
      manual: { actions: completeActions(manual?.actions ?? []) },
      ...(automatic === undefined ? {} : { automatic: { actions: completeActions(automatic.actions) } }),
    },
    ...(lifecycle === undefined ? {} : { lifecycle: completeLifecycle(lifecycle) }),
  };
};

const completeLifecycle = (
  lifecycle: NonNullable<CatalogItem['lifecycle']>,
): NonNullable<CatalogItem['lifecycle']> => ({
  ...lifecycle,
  ...(lifecycle.update === undefined ? {} : { update: { actions: completeActions(lifecycle.update.actions) } }),
  ...(lifecycle.decommission === undefined
    ? {}
    : { decommission: { actions: completeActions(lifecycle.decommission.actions) } }),
});

const completeBundle = (bundle: CatalogBundle): CatalogBundle => {
  const fulfillment = (bundle.fulfillment ?? {}) as Partial<CatalogBundle['fulfillment']>;
  const orchestration = fulfillment.orchestration as JsonObject | undefined;
  return {
    ...bundle,
    components: bundle.components.map((component) => ({ ...component, dependsOn: component.dependsOn ?? [] })),
    fulfillment: {
      ...fulfillment,
      orchestration: {
        mode: 'sequential',
        ...orchestration,
        ...(orchestration?.jiraLinking === undefined
          ? {}
          : { jiraLinking: completeLinking(orchestration.jiraLinking) }),
      },
    } as CatalogBundle['fulfillment'],
  };
};

const completeLinking = (linking: Json): Json => ({
  linkType: 'blocks',
  parentTicket: false,
  ...(linking as JsonObject),
});
