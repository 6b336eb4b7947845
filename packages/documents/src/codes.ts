import type { Severity } from './finding.ts';

export interface CodeEntry {
  readonly severity: Severity;
  readonly summary: string;
}

const error = (summary: string): CodeEntry => ({ severity: 'error', summary });
const warning = (summary: string): CodeEntry => ({ severity: 'warning', summary });

export const CODES = {
  FILE_TOO_LARGE: error('x'),
  FILE_EMPTY: error('x'),
  FILE_BYTE_ORDER_MARK: error('x'),
  FILE_CONTROL_CHARACTER: error('x'),
  FILE_TOO_DEEP: error('x'),
  FILE_TOO_COMPLEX: error('x'),
  YAML_SYNTAX: error('x'),
  YAML_TAB: error('x'),
  YAML_TAG: error('x'),
  YAML_DIRECTIVE: error('x'),
  YAML_SEVERAL_DOCUMENTS: error('x'),
  YAML_DUPLICATE_KEY: error('x'),
  YAML_KEY_NOT_STRING: error('x'),
  YAML_KEY_FORBIDDEN: error('x'),
  YAML_MERGE_KEY: error('x'),
  YAML_TOO_MANY_ALIASES: error('x'),
  YAML_ALIAS_UNKNOWN: error('x'),
  NUMBER_NOT_EXACT: error('x'),
  NUMBER_NOT_FINITE: error('x'),
  NUMBER_LEADING_ZERO: error('x'),
  SCHEMA_VERSION_UNKNOWN: error('x'),
  KIND_UNKNOWN: error('x'),
  PROPERTY_MISSING: error('x'),
  PROPERTY_UNKNOWN: error('x'),
  TYPE_WRONG: error('x'),
  VALUE_NOT_ALLOWED: error('x'),
  VALUE_FORMAT: error('x'),
  VALUE_OUT_OF_RANGE: error('x'),
  ID_NOT_KEBAB_CASE: error('x'),
  VERSION_NOT_SEMVER: error('x'),
  METADATA_KEY_NOT_CAMEL_CASE: error('x'),
  DURATION_INVALID: error('x'),
  SECRET_REF_INVALID: error('x'),
  OUTPUT_NAME_INVALID: error('x'),
  ACTION_ID_NOT_KEBAB_CASE: error('x'),
  MODE_UNKNOWN: error('x'),
  TERRAFORM_SOURCE: error('x'),
  SERVICENOW_TARGET: error('x'),
  COMPONENT_ID_NOT_KEBAB_CASE: error('x'),
  GROUP_ID_NOT_CAMEL_CASE: error('x'),
  FIELD_ID_NOT_CAMEL_CASE: error('x'),
  FIELD_TYPE_UNKNOWN: error('x'),
  FIELD_ENUM_MISSING: error('x'),
  FIELD_ENUM_NOT_ALLOWED: error('x'),
  VALIDATION_KEY_NOT_ALLOWED: error('x'),
  PATTERN_INVALID: error('x'),
  OWNER_MISSING: warning('x'),
  STRATEGY_MISSING: warning('x'),
  COMPONENT_CYCLE: error('x'),
  COMPONENT_ITEM_UNKNOWN: error('x'),
  COMPONENT_ID_NOT_UNIQUE: error('x'),
  COMPONENT_DEPENDS_UNKNOWN: error('x'),
} as const satisfies { readonly [code: string]: CodeEntry };

/** Stable: a code is never renamed, and never given another meaning. */
export type Code = keyof typeof CODES;
