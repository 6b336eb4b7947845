import { SYSTEM_PATHS } from '@pao/templates';
import { outputNames } from '../actions.ts';
import type { CatalogItem } from '../document.ts';
import { type FormDefinition, formOf } from '../form/definition.ts';
import { didYouMean, nearest } from '../near.ts';
import type { Path } from '../pointer.ts';
import type { Report } from './report.ts';
import type { ActionSite, Phase } from './sites.ts';
import type { PlacedReference } from './templates.ts';

/** A variable that only the whole catalog, or a bundle, can judge. */
export interface Link {
  readonly namespace: 'metadata' | 'output';
  readonly phase: Phase;
  readonly actionId: string;
  readonly names: readonly string[];
  readonly path: Path;
  readonly written: string;
}

/** What an item reads that it does not have itself: constants of other items, outputs that no earlier action offers. */
export const linksOf = (references: readonly PlacedReference[], known: Known): readonly Link[] =>
  references
    .filter((placed) => leadsElsewhere(placed, known))
    .map(({ site, reference, path, written }) => ({
      namespace: reference.namespace as Link['namespace'],
      phase: site.phase,
      actionId: site.action.id,
      names: reference.path,
      path,
      written,
    }));

const leadsElsewhere = ({ site, reference }: PlacedReference, known: Known): boolean => {
  const [first, second] = reference.path;
  if (first === undefined) return false;
  if (reference.namespace === 'metadata') return first !== known.itemId && !known.constants.has(first);
  if (reference.namespace !== 'output' || reference.optional) return false;
  return !actionsBefore(site, known.sites).some(({ action }) => offers(action, first, second));
};

/** What an item's variables may name, as far as the item alone decides it. */
export interface Known {
  readonly form: FormDefinition;
  readonly itemId: string;
  readonly constants: ReadonlySet<string>;
  readonly sites: readonly ActionSite[];
}

export const knownOf = (item: CatalogItem, sites: readonly ActionSite[]): Known => ({
  form: formOf(item),
  itemId: item.metadata.id,
  constants: new Set(Object.keys(item.metadata)),
  sites,
});

/** Every variable names something that exists; what exists only sometimes is pointed out. */
export const checkReferences = (references: readonly PlacedReference[], known: Known, report: Report): void => {
  for (const placed of references) CHECKS[placed.reference.namespace](placed, known, report);
};

type Check = (placed: PlacedReference, known: Known, report: Report) => void;

/** Wrong namespaces are the most common slip: `.current.endpoint` for an output, `.system.name` for the input. */
const otherNamespace = (path: readonly string[], { form, sites }: Known): string | undefined => {
  const dotted = path.join('.');
  if (form.byPath.has(dotted)) return `\`.current.${dotted}\` exists`;
  if (SYSTEM_PATHS.includes(dotted)) return `\`.system.${dotted}\` exists`;
  const offered = sites.some(({ action }) => outputNames(action).names.includes(path[0] ?? ''));
  return offered ? `\`.output.${dotted}\` exists` : undefined;
};

const current: Check = ({ reference, path, written }, known, report) => {
  const [first, second] = reference.path;
  if (first === undefined || (second === undefined && known.form.groups.some((group) => group.id === first))) return;
  const fieldPath = first === 'name' ? 'name' : `${first}.${second ?? ''}`;
  const field = known.form.byPath.get(fieldPath);
  if (field === undefined || (first === 'name' && second !== undefined)) {
    const dotted = reference.path.join('.');
    const byId = known.form.fields.find((candidate) => candidate.id === reference.path.at(-1))?.path;
    const near = nearest(dotted, known.form.byPath.keys()) ?? byId;
    report('TEMPLATE_FIELD_UNKNOWN', path, `The form has no field \`${dotted}\`.`, {
      within: written,
      hint:
        otherNamespace(reference.path, known) ??
        (near === undefined ? undefined : `did you mean \`.current.${near}\`?`),
    });
    return;
  }
  if (reference.path.length > 2 && field.type !== 'file') {
    report('TEMPLATE_FIELD_UNKNOWN', path, `\`${field.path}\` has no parts.`, { within: written });
  } else if (field.condition !== undefined && !reference.optional && !reference.inSection) {
    report('TEMPLATE_BRANCH_ONLY', path, `\`${field.path}\` is asked only under a condition.`, {
      within: written,
      hint: `it is empty otherwise; say so with \`| default …\` or \`{{#.current.${field.path}}}\``,
    });
  }
};

const system: Check = ({ reference, path, written }, known, report) => {
  const dotted = reference.path.join('.');
  const exists = SYSTEM_PATHS.some((name) => name === dotted || name.startsWith(`${dotted}.`));
  if (exists || dotted === '') return;
  report('TEMPLATE_SYSTEM_UNKNOWN', path, `There is no \`.system.${dotted}\`.`, {
    within: written,
    hint: didYouMean(dotted, SYSTEM_PATHS) ?? otherNamespace(reference.path, known),
  });
};

const metadata: Check = ({ reference, path, written }, { itemId, constants }, report) => {
  const [id, key] = reference.path;
  if (id === undefined) return;
  if (id !== itemId) {
    // Whether another item of that id exists is for the whole catalog to say; without hyphens it cannot be one.
    if (!constants.has(id)) return;
    const hint = `did you mean \`.metadata.${itemId}.${id}\`?`;
    report('TEMPLATE_METADATA_UNKNOWN', path, 'The constants of an item are found under its id.', {
      within: written,
      hint,
    });
  } else if (key !== undefined && !constants.has(key)) {
    report('TEMPLATE_METADATA_UNKNOWN', path, `The item has no constant \`${key}\`.`, {
      within: written,
      hint: didYouMean(key, constants),
    });
  }
};

const output: Check = ({ site, reference, path, written }, known, report) => {
  const [name, second] = reference.path;
  if (name === undefined || reference.optional) return;
  const earlier = actionsBefore(site, known.sites);
  const offering = earlier.filter(({ action }) => offers(action, name, second));
  if (offering.length === 0) {
    const names = earlier.flatMap(({ action }) => outputNames(action).names);
    report('TEMPLATE_OUTPUT_UNKNOWN', path, `No earlier action of this item offers the output \`${name}\`.`, {
      within: written,
      hint:
        didYouMean(name, names) ??
        laterHint(site, known.sites, name) ??
        'an earlier component of a bundle may offer it',
    });
  } else if (offering.every(({ action }) => action.when !== undefined)) {
    report('TEMPLATE_BRANCH_ONLY', path, `\`${name}\` exists only when the \`when\` of its action holds.`, {
      within: written,
      hint: 'add `| default …`',
    });
  }
};

/** `.output.<name>.endpoint` has the user's `name` first, which no document can know. */
export const offers = (
  action: Parameters<typeof outputNames>[0],
  name: string,
  second: string | undefined,
): boolean => {
  const { names, open } = outputNames(action);
  return open || names.includes(name) || (second !== undefined && names.includes(second));
};

/** Day-2 actions run on what fulfillment left behind. */
const actionsBefore = (site: ActionSite, sites: readonly ActionSite[]): readonly ActionSite[] => {
  const done = sites.filter((other) => !other.rollback);
  const sameList = done.filter(
    (other) =>
      other.phase === site.phase && (other.index < site.index || (site.rollback && other.index === site.index)),
  );
  if (site.phase === 'manual' || site.phase === 'automatic') return sameList;
  return [...done.filter(({ phase }) => phase === 'manual' || phase === 'automatic'), ...sameList];
};

const laterHint = (site: ActionSite, sites: readonly ActionSite[], name: string): string | undefined => {
  const later = sites.find(
    (other) => other.phase === site.phase && other.index >= site.index && offers(other.action, name, undefined),
  );
  return later === undefined ? undefined : `\`${later.action.id}\` offers it, but runs later`;
};

const CHECKS: { readonly [namespace in PlacedReference['reference']['namespace']]: Check } = {
  current,
  system,
  metadata,
  output,
};
