import { isJsonObject } from '@pao/kernel';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import type { FieldType, Validation } from '../document.ts';
import { MAX_ITEMS, MAX_LINE_LENGTH, MAX_TEXT_LENGTH } from '../limits.ts';
import { compilePattern } from '../patterns.ts';
import type { FormField } from './definition.ts';
import { fileIssue } from './file-rule.ts';
import type { Issue } from './issue.ts';

type Rule = (value: unknown, field: FormField) => Issue | undefined;

/** The first rule of its field that a value breaks. The value is neither absent nor empty. */
export const checkValue = (value: unknown, field: FormField): Issue | undefined => {
  const issue = RULES[field.type](value, field);
  const { message } = field.validation;
  return issue === undefined || message === undefined || issue[0] === 'WRONG_TYPE' ? issue : [issue[0], message];
};

const line: Rule = (value, { validation }) => textIssue(value, validation, MAX_LINE_LENGTH);

export const MAX_EMAIL_LENGTH = 320;

const RULES: { readonly [type in FieldType]: Rule } = {
  string: line,
  password: line,
  textarea: (value, { validation }) => textIssue(value, validation, MAX_TEXT_LENGTH),
  email: (value, { validation }) => {
    if (typeof value !== 'string') return wrongType('a string');
    if (value.length > MAX_EMAIL_LENGTH || !isEmail(value)) return ['NOT_AN_EMAIL', 'must be an e-mail address'];
    return textIssue(value, validation, MAX_EMAIL_LENGTH);
  },
  number: (value, { validation }) => (isFinite(value) ? numberIssue(value, validation) : wrongType('a number')),
  boolean: (value) => (typeof value === 'boolean' ? undefined : wrongType('true or false')),
  date: (value, { validation }) => {
    if (typeof value !== 'string') return wrongType('a string');
    return isDate(value) ? dateIssue(value, validation) : ['NOT_A_DATE', 'must be a date, YYYY-MM-DD'];
  },
  select: (value, field) => (isOption(value, field) ? undefined : notAnOption(field)),
  multiselect: (value, field) => (Array.isArray(value) ? itemsIssue(value, field) : wrongType('a list')),
  file: (value, { validation }) => (isJsonObject(value) ? fileIssue(value, validation) : wrongType('a file')),
};

const wrongType = (wanted: string): Issue => ['WRONG_TYPE', `must be ${wanted}`];

const isFinite = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

const textIssue = (value: unknown, validation: Validation, limit: number): Issue | undefined => {
  if (typeof value !== 'string') return wrongType('a string');
  const { minLength = 0, maxLength = limit, pattern } = validation;
  const length = codePoints(value);
  if (length < minLength) return ['TOO_SHORT', `must have at least ${minLength} characters`];
  if (length > Math.min(maxLength, limit))
    return ['TOO_LONG', `must have at most ${Math.min(maxLength, limit)} characters`];
  if (pattern === undefined) return undefined;
  const compiled = compilePattern(pattern);
  // A document whose pattern cannot be run does not load; should one get here, nothing matches it.
  return compiled.ok && compiled.value.test(value) ? undefined : ['PATTERN', `must match ${pattern}`];
};

const codePoints = (value: string): number => {
  let count = 0;
  for (const _ of value) count += 1;
  return count;
};

const numberIssue = (value: number, { min, max, step, integer }: Validation): Issue | undefined => {
  if (integer === true && !Number.isInteger(value)) return ['NOT_AN_INTEGER', 'must be a whole number'];
  if (typeof min === 'number' && value < min) return ['TOO_SMALL', `must be at least ${min}`];
  if (typeof max === 'number' && value > max) return ['TOO_LARGE', `must be at most ${max}`];
  return step === undefined || isMultiple(value, step) ? undefined : ['NOT_A_STEP', `must be a multiple of ${step}`];
};

/** Within the precision of decimal input: 0.3 is three steps of 0.1, though not in binary. */
const isMultiple = (value: number, step: number): boolean => {
  const steps = value / step;
  return Math.abs(Math.round(steps) - steps) < 1e-9;
};

const dateIssue = (value: string, { min, max }: Validation): Issue | undefined => {
  if (typeof min === 'string' && value < min) return ['TOO_SMALL', `must not be before ${min}`];
  return typeof max === 'string' && value > max ? ['TOO_LARGE', `must not be after ${max}`] : undefined;
};

const itemsIssue = (items: readonly unknown[], field: FormField): Issue | undefined => {
  const { minItems = 0, maxItems = MAX_ITEMS } = field.validation;
  if (items.length < minItems) return ['TOO_FEW', `must have at least ${minItems} entries`];
  if (items.length > Math.min(maxItems, MAX_ITEMS)) return ['TOO_MANY', `must have at most ${maxItems} entries`];
  if (field.options === undefined && !items.every(isTag)) return wrongType('a list of short texts');
  if (field.options !== undefined && !items.every((item) => isOption(item, field))) return notAnOption(field);
  return new Set(items).size === items.length ? undefined : ['REPEATED', 'must not repeat an entry'];
};

export const MAX_TAG_LENGTH = 256;
const isTag = (item: unknown): boolean => typeof item === 'string' && item !== '' && codePoints(item) <= MAX_TAG_LENGTH;

const isOption = (value: unknown, { options = [] }: FormField): boolean =>
  options.some((option) => option.value === value);

const MAX_LISTED = 10;
const notAnOption = ({ options = [] }: FormField): Issue => {
  const listed = options.slice(0, MAX_LISTED).map((option) => String(option.value));
  return ['NOT_AN_OPTION', `must be one of ${listed.join(', ')}${options.length > MAX_LISTED ? ', …' : ''}`];
};

const isEmail = (value: string): boolean => (fullFormats.email as RegExp).test(value);

const isDate = (value: string): boolean => (fullFormats.date as { validate(text: string): boolean }).validate(value);
