import { err, isJsonObject, type Json, type JsonObject, ok, type Result } from '@pao/kernel';
import { type Conversion, type Draft, emptyDraft } from '../draft.ts';
import { isConstant, toLabel } from '../names.ts';
import { own, ownText } from '../read.ts';
import { createRemarks, excerpt, type Remarks } from '../remarks.ts';
import { locate, type SchemaContext } from '../schema/context.ts';
import { formOf, type Page } from '../schema/form.ts';
import type { ImportError } from '../settle.ts';
import { readDocuments } from './documents.ts';
import { convertSteps } from './steps.ts';

export interface BackstageOptions {
  /** Where Backstage answers, for steps that call it. */
  readonly backstageUrl?: string;
}

/** Every template of a file, and what else the file holds. */
export const convertBackstage = (
  text: string,
  options: BackstageOptions = {},
): Result<readonly Conversion[], ImportError> => {
  const read = readDocuments(text);
  if (!read.ok) return read;
  const templates = read.value.filter(isTemplate);
  if (templates.length === 0) {
    const kinds = read.value.map(
      (document) => `${ownText(document, 'apiVersion') ?? '?'} ${ownText(document, 'kind') ?? '?'}`,
    );
    return err({
      message: `no template of scaffolder.backstage.io/v1beta3 is in it, but ${excerpt(kinds.join(', '), 120)}`,
    });
  }
  const conversions = templates.map((template) => convertTemplate(template, options));
  for (const [index, document] of read.value.entries()) {
    if (isTemplate(document)) continue;
    const kind = excerpt(ownText(document, 'kind') ?? 'a document without a kind', 60);
    conversions[0]?.remarks.leave(
      `document ${index + 1}`,
      kind,
      'only templates become items',
      'nothing, if it is not needed',
    );
  }
  return ok(conversions);
};

const isTemplate = (document: Json): document is JsonObject =>
  ownText(document, 'apiVersion') === 'scaffolder.backstage.io/v1beta3' && ownText(document, 'kind') === 'Template';

const convertTemplate = (template: JsonObject, options: BackstageOptions): Conversion => {
  const remarks = createRemarks();
  const metadata = own(template, 'metadata');
  const spec = own(template, 'spec') ?? {};
  const name = ownText(metadata, 'name') ?? 'template';
  const draft = emptyDraft(`the Backstage template ${name}`, name, titleOf(metadata, name));
  takeMetadata(draft, metadata, spec, remarks);
  const context: SchemaContext = { root: spec, remarks, references: new Map() };
  const form = formOf(pagesOf(own(spec, 'parameters'), context), context);
  if (form.name !== undefined) draft.name = form.name;
  draft.groups = form.groups;
  const steps = own(spec, 'steps');
  const converted = convertSteps(Array.isArray(steps) ? (steps as readonly Json[]) : [], {
    scope: { references: context.references },
    remarks,
    ...options,
  });
  draft.automatic = [...converted.automatic];
  draft.complete = converted.complete;
  draft.ticket.steps = converted.byHand;
  listRest(template, spec, remarks);
  return { draft, remarks };
};

const titleOf = (metadata: Json | undefined, name: string): string => {
  const title = ownText(metadata, 'title');
  return title === undefined || !isConstant(title) ? toLabel(name) : excerpt(title, 120);
};

const takeMetadata = (draft: Draft, metadata: Json | undefined, spec: Json, remarks: Remarks): void => {
  const description = ownText(metadata, 'description');
  if (description !== undefined) draft.description = description.trim();
  const tags = own(metadata, 'tags');
  if (Array.isArray(tags)) draft.tags = tags.filter((tag) => typeof tag === 'string' && tag !== '');
  const type = ownText(spec, 'type');
  if (type !== undefined) {
    draft.tags = [...draft.tags, excerpt(type, 60)];
    remarks.change('spec.type', `${type} is a tag`, 'the kind of an item is its category, which --category sets');
  }
  const owner = ownText(spec, 'owner');
  const [, kind = 'group', team] = /^(?:(\w+):)?(?:[\w.-]+\/)?([\w.-]+)$/.exec(owner ?? '') ?? [];
  if (team !== undefined && kind.toLowerCase() === 'group') draft.team = team;
  else if (owner !== undefined)
    remarks.leave('spec.owner', excerpt(owner, 60), 'the owner of an item is a team', 'write owner.team');
  for (const key of Object.keys(isJsonObject(metadata) ? metadata : {})) {
    if (['name', 'title', 'description', 'tags'].includes(key)) continue;
    remarks.leave(
      `metadata.${key}`,
      key,
      'an item has no such metadata',
      'make it a constant of the metadata, if it is needed',
    );
  }
};

const pagesOf = (parameters: Json | undefined, context: SchemaContext): readonly Page[] => {
  const pages = Array.isArray(parameters)
    ? (parameters as readonly Json[])
    : parameters === undefined
      ? []
      : [parameters];
  return pages.flatMap((page, index) => {
    const at = Array.isArray(parameters) ? `spec.parameters[${index}]` : 'spec.parameters';
    const located = locate(page, at, context);
    if (located === undefined) return [];
    const title = ownText(located.schema, 'title');
    const usable = title !== undefined && isConstant(title) ? title : `Page ${index + 1}`;
    return [{ located, id: usable, title: usable }];
  });
};

const SPEC_KEYS = new Set(['owner', 'parameters', 'steps', 'type']);

const listRest = (template: JsonObject, spec: Json, remarks: Remarks): void => {
  for (const [key, value] of Object.entries(isJsonObject(spec) ? spec : {})) {
    if (SPEC_KEYS.has(key)) continue;
    if (key !== 'output') {
      remarks.leave(`spec.${key}`, key, 'an item has nothing like it', 'see whether it is needed');
      continue;
    }
    for (const inner of Object.keys(isJsonObject(value) ? value : { output: '' })) {
      remarks.leave(
        `spec.output.${inner}`,
        inner,
        'a request shows the outputs of its actions, without a layout',
        'declare `outputs` of the actions',
      );
    }
  }
  for (const key of Object.keys(template)) {
    if (['apiVersion', 'kind', 'metadata', 'spec'].includes(key)) continue;
    remarks.leave(key, key, 'an item has nothing like it', 'see whether it is needed');
  }
};
