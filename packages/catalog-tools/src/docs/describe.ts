import {
  actionsOf,
  type CatalogBundle,
  type CatalogDocument,
  type CatalogItem,
  expandBundle,
  type FormFieldEntry,
  formSchema,
  type ItemLookup,
  type Mode,
  modeOf,
  type Owner,
} from '@pao/documents';
import type { Json, JsonObject } from '@pao/kernel';
import { conditionInWords, limitsInWords } from '../preview/words.ts';
import { describeExamples, type ExampleDescription } from './examples.ts';
import { approvalsInWords, deprecationInWords, policyInWords } from './rules.ts';
import { describeStep, type StepDescription } from './steps.ts';

export interface FieldDescription {
  readonly path: string;
  readonly name: string;
  readonly type: FormFieldEntry['type'];
  readonly required: boolean;
  readonly secret: boolean;
  readonly description?: string;
  readonly default?: Json;
  readonly options: readonly { readonly value: Json; readonly label: string }[];
  /** A phrase each. */
  readonly limits: readonly string[];
  readonly shownWhen?: string;
}

export interface ComponentDescription {
  readonly id: string;
  readonly catalogItem: string;
  /** Of the item; absent when it is not known. */
  readonly name?: string;
  readonly mode?: Mode;
  readonly dependsOn: readonly string[];
  /** What the bundle gives it beside its own form. */
  readonly input: JsonObject;
  readonly steps: readonly StepDescription[];
}

/** All that can be said of a document without asking anybody; plain data. */
export interface DocumentDescription {
  readonly id: string;
  readonly kind: CatalogDocument['kind'];
  readonly name: string;
  readonly description: string;
  readonly version: string;
  readonly category?: string;
  readonly tags: readonly string[];
  readonly owner?: Owner;
  readonly codeowners: readonly string[];
  readonly deprecation?: string;
  readonly fields: readonly FieldDescription[];
  /** Of an item. */
  readonly mode?: Mode;
  readonly steps: readonly StepDescription[];
  /** What people do when the automatic steps fail. */
  readonly fallback: readonly StepDescription[];
  readonly update: readonly StepDescription[];
  readonly decommission: readonly StepDescription[];
  /** Of a bundle, in the order in which they run. */
  readonly components: readonly ComponentDescription[];
  readonly orchestration?: CatalogBundle['fulfillment']['orchestration'];
  readonly approvals: readonly string[];
  readonly policy: readonly string[];
  readonly cost?: { readonly currency: string; readonly monthly: string };
  readonly examples: readonly ExampleDescription[];
}

export interface DescribeOptions {
  /** The catalog's items, for the components of a bundle. */
  readonly items: ItemLookup;
  /** Whom CODEOWNERS names for the document's file. */
  readonly codeowners?: readonly string[];
}

export const describeDocument = (document: CatalogDocument, options: DescribeOptions): DocumentDescription => {
  const { id, name, description, version, category, tags = [], owner } = document.metadata;
  const deprecation = deprecationInWords(document);
  return {
    id,
    kind: document.kind,
    name,
    description,
    version,
    ...(category === undefined ? {} : { category }),
    tags,
    ...(owner === undefined ? {} : { owner }),
    codeowners: options.codeowners ?? [],
    ...(deprecation === undefined ? {} : { deprecation }),
    fields: describeFields(document),
    ...(document.kind === 'CatalogItem' ? itemPart(document) : bundlePart(document, options.items)),
    approvals: approvalsInWords(document),
    policy: policyInWords(document),
    examples: describeExamples(document),
  };
};

const describeFields = (document: CatalogDocument): readonly FieldDescription[] => {
  const { fields } = formSchema(document);
  return fields.map((field) => {
    const { path, name, type, required, secret, description } = field;
    const shownWhen = conditionInWords(field, fields, (on) => on.path);
    return {
      path,
      name,
      type,
      required,
      secret,
      ...(description === undefined ? {} : { description }),
      ...(field.default === undefined ? {} : { default: field.default }),
      options: field.options ?? [],
      limits: limitsInWords(field),
      ...(shownWhen === undefined ? {} : { shownWhen }),
    };
  });
};

type KindPart = Pick<
  DocumentDescription,
  'mode' | 'steps' | 'fallback' | 'update' | 'decommission' | 'components' | 'orchestration' | 'cost'
>;

const itemPart = (item: CatalogItem): KindPart => ({
  mode: modeOf(item),
  steps: actionsOf(item).map(describeStep),
  fallback: modeOf(item) === 'automatic' ? actionsOf(item, 'manual').map(describeStep) : [],
  update: (item.lifecycle?.update?.actions ?? []).map(describeStep),
  decommission: (item.lifecycle?.decommission?.actions ?? []).map(describeStep),
  components: [],
  ...(item.cost === undefined ? {} : { cost: { ...item.cost, monthly: String(item.cost.monthly) } }),
});

const bundlePart = (bundle: CatalogBundle, items: ItemLookup): KindPart => ({
  steps: [],
  fallback: [],
  update: [],
  decommission: [],
  components: inOrder(bundle, items).map(({ id, catalogItem, dependsOn, input = {} }) => {
    const item = items.get(catalogItem);
    return {
      id,
      catalogItem,
      ...(item === undefined ? {} : { name: item.metadata.name, mode: modeOf(item) }),
      dependsOn,
      input,
      steps: item === undefined ? [] : actionsOf(item).map(describeStep),
    };
  }),
  orchestration: bundle.fulfillment.orchestration,
});

/** As they run; as they are written when an item is missing, or they depend on each other in a circle. */
const inOrder = (bundle: CatalogBundle, items: ItemLookup): CatalogBundle['components'] => {
  const expanded = expandBundle(bundle, items);
  if (!expanded.ok) return bundle.components;
  const byId = new Map(bundle.components.map((component) => [component.id, component]));
  return expanded.value.flatMap(({ id }) => byId.get(id) ?? []);
};
