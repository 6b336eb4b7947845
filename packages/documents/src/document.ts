import type { Json, JsonObject } from '@pao/kernel';

/** The typed form of a `catalog/v1` document, after defaults that are part of the format have been filled in. */
export type CatalogDocument = CatalogItem | CatalogBundle;

export interface CatalogItem {
  readonly schemaVersion: 'catalog/v1';
  readonly kind: 'CatalogItem';
  readonly metadata: Metadata & { readonly category: string };
  readonly input: { readonly form: Form };
  readonly fulfillment: ItemFulfillment;
  readonly policy?: Policy;
  readonly cost?: Cost;
  readonly lifecycle?: Lifecycle;
  readonly deprecation?: Deprecation;
  readonly examples?: readonly Example[];
}

export interface CatalogBundle {
  readonly schemaVersion: 'catalog/v1';
  readonly kind: 'CatalogBundle';
  readonly metadata: Metadata;
  readonly components: readonly BundleComponent[];
  readonly input: { readonly form: Form };
  readonly fulfillment: BundleFulfillment;
  readonly policy?: Policy;
  readonly deprecation?: Deprecation;
  readonly examples?: readonly Example[];
}

/** Any key beside the named ones is a constant of the document, read as `{{.metadata.<id>.<key>}}`. */
export interface Metadata {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly version: string;
  readonly category?: string;
  /** Absent: CODEOWNERS says who owns the file. */
  readonly owner?: Owner;
  readonly tags?: readonly string[];
  readonly [key: string]: Json | Owner | undefined;
}

export interface Owner {
  readonly team: string;
  readonly contact?: string;
}

export interface Form {
  /** Label of the field `name`, which every document has. */
  readonly name: string;
  readonly type?: 'string';
  readonly required?: true;
  readonly description?: string;
  readonly placeholder?: string;
  readonly validation?: Validation;
  readonly groups?: readonly Group[];
}

export interface Group {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly fields: readonly Field[];
}

export const FIELD_TYPES = [
  'string',
  'textarea',
  'number',
  'boolean',
  'select',
  'multiselect',
  'date',
  'email',
  'password',
  'file',
] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

export interface Field {
  readonly id: string;
  readonly name: string;
  readonly type: FieldType;
  readonly required?: boolean;
  readonly default?: Json;
  readonly description?: string;
  readonly placeholder?: string;
  readonly enum?: readonly EnumEntry[];
  readonly validation?: Validation;
  readonly conditional?: Conditional;
}

export type Scalar = string | number | boolean;
export type EnumEntry = Scalar | { readonly value: Scalar; readonly label: string };

/** Which of these a field may carry depends on its type. */
export interface Validation {
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  /** Said instead of the built-in text when the value breaks a rule. */
  readonly message?: string;
  /** A number, or `YYYY-MM-DD` for a date. */
  readonly min?: number | string;
  readonly max?: number | string;
  readonly step?: number;
  readonly integer?: boolean;
  readonly minItems?: number;
  readonly maxItems?: number;
  /** Bytes, or a text such as `512KiB` or `1MB`. */
  readonly maxSize?: number | string;
  readonly mediaTypes?: readonly string[];
}

export interface Conditional {
  /** `fieldId` (same group first, then the one group that has it) or `groupId.fieldId`. */
  readonly dependsOn: string;
  readonly condition: 'equals' | 'notEquals' | 'in' | 'notIn' | 'exists';
  readonly value?: Scalar | readonly Scalar[];
}

export type Mode = 'manual' | 'automatic';

export interface ItemFulfillment {
  readonly strategy: { readonly mode: Mode };
  readonly manual: { readonly actions: readonly Action[] };
  readonly automatic?: { readonly actions: readonly Action[] };
  readonly approvals?: readonly Approval[];
}

export const ACTION_TYPES = [
  'jira-ticket',
  'rest-api',
  'git-commit',
  'github-workflow',
  'terraform',
  'webhook',
  'servicenow-request',
] as const;

/** `config` holds templates; what belongs in it is decided by `type`. */
export interface Action {
  /** One of {@link ACTION_TYPES}, or the type of another team's executor. */
  readonly type: string;
  readonly id: string;
  readonly name?: string;
  readonly config: JsonObject;
  /** Name of an output, to a JMESPath expression over the action's result. */
  readonly outputs?: { readonly [name: string]: string };
  /** JMESPath over `{ current, output, metadata, system }`; the action is skipped when it is false. */
  readonly when?: string;
  /** Seconds. */
  readonly timeout?: number;
  /** The pool whose queue takes the task. */
  readonly executor: string;
  readonly idempotent: boolean;
  readonly rollback?: Omit<Action, 'rollback'>;
}

export interface Approval {
  readonly id: string;
  /** JMESPath over `{ current, metadata, cost, system }`; needed always when absent. */
  readonly when?: string;
  readonly approvers: { readonly teams?: readonly string[]; readonly users?: readonly string[] };
  readonly minimum?: number;
  /** A duration such as `72h`; a week when absent. */
  readonly expiresAfter?: string;
  /** When whoever has not decided is reminded; half of the time when absent. */
  readonly remindAfter?: string;
}

export interface Policy {
  readonly visibility?: { readonly teams: readonly string[] };
  readonly environments?: readonly string[];
  readonly quota?: { readonly per: 'team' | 'user' | 'tenant'; readonly max: number; readonly resource?: string };
}

export interface Cost {
  readonly currency: string;
  /** A number, or an arithmetic expression over `current`. */
  readonly monthly: number | string;
}

export interface Lifecycle {
  readonly resource?: { readonly type: string; readonly idFrom?: string };
  readonly observe?: {
    readonly type: string;
    readonly config: JsonObject;
    readonly map?: { readonly [field: string]: string };
    readonly every?: string;
  };
  readonly update?: { readonly actions: readonly Action[] };
  readonly decommission?: { readonly actions: readonly Action[] };
}

export interface Deprecation {
  readonly since: string;
  readonly replacedBy?: string;
  readonly message?: string;
}

export interface Example {
  readonly name: string;
  readonly input: JsonObject;
}

export interface BundleComponent {
  readonly id: string;
  readonly catalogItem: string;
  readonly dependsOn: readonly string[];
  /** Constants, or `{{.current.…}}` mappings, for fields the bundle's form does not ask. */
  readonly input?: JsonObject;
}

export interface BundleFulfillment {
  readonly orchestration: {
    readonly mode: 'sequential' | 'parallel';
    readonly jiraLinking?: { readonly linkType: string; readonly parentTicket: boolean };
  };
  readonly approvals?: readonly Approval[];
}
