/** What is wrong with the value of one field. Never quotes the value: it may be a secret. */
export interface FieldError {
  /** Path of the field such as `basic.storageGb`; empty when the input as a whole is wrong. */
  readonly field: string;
  readonly issue: string;
  readonly code: FieldErrorCode;
}

export type FieldErrorCode =
  | 'INPUT_NOT_AN_OBJECT'
  | 'UNKNOWN_FIELD'
  | 'REQUIRED'
  | 'WRONG_TYPE'
  | 'PATTERN'
  | 'TOO_SHORT'
  | 'TOO_LONG'
  | 'TOO_SMALL'
  | 'TOO_LARGE'
  | 'NOT_A_STEP'
  | 'NOT_AN_INTEGER'
  | 'NOT_AN_OPTION'
  | 'TOO_FEW'
  | 'TOO_MANY'
  | 'REPEATED'
  | 'NOT_A_DATE'
  | 'NOT_AN_EMAIL'
  | 'FILE_TOO_LARGE'
  | 'FILE_TYPE'
  | 'FILE_CONTENT';

/** Code and text of a broken rule, before it is known which field it belongs to. */
export type Issue = readonly [code: FieldErrorCode, issue: string];
