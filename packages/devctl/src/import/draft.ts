import type { EnumEntry, FieldType, Scalar, Validation } from '@pao/documents';
import type { Json, JsonObject } from '@pao/kernel';
import type { Remarks } from './remarks.ts';

/** A field on its way into a form; pieces that turn out not to be valid are taken away from it. */
export interface DraftField {
  readonly id: string;
  name: string;
  type: FieldType;
  required?: boolean;
  default?: Json;
  description?: string;
  placeholder?: string;
  enum?: readonly EnumEntry[];
  validation?: Validation;
  conditional?: DraftConditional;
  /** Where it stands in the source. */
  readonly origin: string;
}

export interface DraftConditional {
  readonly dependsOn: string;
  readonly condition: 'equals' | 'notEquals' | 'in' | 'notIn' | 'exists';
  readonly value?: Scalar | readonly Scalar[];
}

export interface DraftGroup {
  readonly id: string;
  name: string;
  description?: string;
  fields: DraftField[];
  readonly origin: string;
}

export interface NameField {
  label: string;
  description?: string;
  placeholder?: string;
  validation: Validation;
  readonly origin: string;
}

export interface DraftAction {
  readonly type: string;
  readonly id: string;
  readonly name?: string;
  readonly config: JsonObject;
  readonly outputs?: { readonly [name: string]: string };
  readonly when?: string;
  readonly timeout?: number;
  readonly origin: string;
}

/** What a person does by hand, in the ticket's text. */
export interface DraftStep {
  readonly title: string;
  readonly details: readonly string[];
}

/** What every source is turned into, before it becomes a document. */
export interface Draft {
  /** Of the source, for the comment: `Backstage template react-app`. */
  readonly source: string;
  readonly idHint: string;
  title: string;
  description?: string;
  team?: string;
  tags: readonly string[];
  name: NameField;
  groups: DraftGroup[];
  ticket: {
    project?: string;
    issueType?: string;
    priority?: string;
    summary?: string;
    customFields: { [key: string]: Json };
    steps: readonly DraftStep[];
  };
  automatic: DraftAction[];
  /** The automatic actions do everything that the source did. */
  complete: boolean;
  /** Names that whoever does it by hand gives back. */
  outputs: readonly string[];
}

export interface Conversion {
  readonly draft: Draft;
  readonly remarks: Remarks;
}

export const DEFAULT_NAME_PATTERN = '^[a-z][a-z0-9-]{1,60}[a-z0-9]$';

/** For a name that the source asks for without a pattern: every document has one. */
export const ANY_NAME_PATTERN = '^.+$';

/** Of what no source has. */
export const NO_ORIGIN = '(none)';

/** The field that every document has, where the source has none that could be it. */
export const ownNameField = (): NameField => ({
  label: 'Name',
  description: 'Identifies what is asked for',
  validation: {
    pattern: DEFAULT_NAME_PATTERN,
    message: '3 to 62 lower-case letters, digits and hyphens, starting with a letter',
  },
  origin: NO_ORIGIN,
});

/** How templates read a field of the form. */
export interface FieldReference {
  readonly path: string;
  readonly type: FieldType;
}

export const emptyDraft = (source: string, idHint: string, title: string): Draft => ({
  source,
  idHint,
  title,
  tags: [],
  name: ownNameField(),
  groups: [],
  ticket: { customFields: {}, steps: [] },
  automatic: [],
  complete: false,
  outputs: [],
});
