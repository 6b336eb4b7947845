import { type CatalogDocument, type FormFieldEntry, type FormSchema, formSchema } from '@pao/documents';
import { conditionInWords, limitsInWords } from './words.ts';

export interface PreviewField extends FormFieldEntry {
  /** A phrase each. */
  readonly limits: readonly string[];
  /** `Environment is Production`; absent when the field is always shown. */
  readonly shownWhen?: string;
}

/** The first group has neither id nor name: it holds the field `name`. */
export interface PreviewGroup {
  readonly id?: string;
  readonly name?: string;
  readonly description?: string;
  readonly fields: readonly PreviewField[];
}

/** A form as its users will see it, for whoever draws it. */
export interface FormPreview {
  readonly id: string;
  readonly kind: CatalogDocument['kind'];
  readonly name: string;
  readonly description: string;
  readonly version: string;
  readonly groups: readonly PreviewGroup[];
  readonly form: FormSchema;
}

export const formPreview = (document: CatalogDocument): FormPreview => {
  const form = formSchema(document);
  const { id, name, description, version } = document.metadata;
  const fields = form.fields.map((field) => preview(field, form.fields));
  const groups = (document.input.form.groups ?? []).map(({ id, name, description }) => ({
    id,
    name,
    ...(description === undefined ? {} : { description }),
    fields: fields.filter((field) => field.group?.id === id),
  }));
  const ungrouped = { fields: fields.filter((field) => field.group === undefined) };
  return { id, kind: document.kind, name, description, version, groups: [ungrouped, ...groups], form };
};

const preview = (field: FormFieldEntry, all: readonly FormFieldEntry[]): PreviewField => {
  const shownWhen = conditionInWords(field, all);
  return { ...field, limits: limitsInWords(field), ...(shownWhen === undefined ? {} : { shownWhen }) };
};
