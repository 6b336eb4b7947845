import type { Field, Form, Group } from '../document.ts';
import { compilePattern } from '../patterns.ts';
import { eachText, type Path } from '../pointer.ts';
import { checkConditionals } from './conditionals.ts';
import { checkField } from './field.ts';
import { FORM_PATH, type Report, repeated } from './report.ts';

/** What the schema cannot say about a form. */
export const checkForm = (form: Form, report: Report): void => {
  if (form.validation?.pattern === undefined) {
    report('NAME_PATTERN_MISSING', [...FORM_PATH, 'validation', 'pattern'], 'The field `name` has no pattern.', {
      hint: 'validation: { pattern: "^[a-z][a-z0-9-]{2,28}[a-z0-9]$" }',
    });
  } else {
    checkPattern(form.validation.pattern, [...FORM_PATH, 'validation', 'pattern'], report);
  }
  eachText(form, FORM_PATH, (text, path) => {
    if (text.includes('{{'))
      report('INPUT_TEMPLATED', path, 'The input section is constant; variables are not filled in here.');
  });
  checkGroups(form.groups ?? [], report);
  checkConditionals(form, report);
};

const RESERVED = new Set(['constructor', 'prototype', 'hasOwnProperty', 'toString', 'valueOf']);

const checkGroups = (groups: readonly Group[], report: Report): void => {
  const path = [...FORM_PATH, 'groups'];
  for (const index of repeated(groups.map((group) => group.id))) {
    report('GROUP_ID_NOT_UNIQUE', [...path, index, 'id'], `Another group is called \`${groups[index]?.id}\` already.`);
  }
  for (const [index, group] of groups.entries()) {
    if (group.id === 'name' || RESERVED.has(group.id)) {
      report('ID_RESERVED', [...path, index, 'id'], `A group cannot be called \`${group.id}\`.`, {
        hint: 'choose another id',
      });
    }
    checkFields(group.fields, [...path, index, 'fields'], report);
  }
};

const checkFields = (fields: readonly Field[], path: Path, report: Report): void => {
  for (const index of repeated(fields.map((field) => field.id))) {
    report('FIELD_ID_NOT_UNIQUE', [...path, index, 'id'], `The group has a field \`${fields[index]?.id}\` already.`);
  }
  for (const [index, field] of fields.entries()) {
    if (RESERVED.has(field.id))
      report('ID_RESERVED', [...path, index, 'id'], `A field cannot be called \`${field.id}\`.`);
    const { pattern } = field.validation ?? {};
    if (pattern !== undefined) checkPattern(pattern, [...path, index, 'validation', 'pattern'], report);
    checkField(field, [...path, index], report);
  }
};

const checkPattern = (pattern: string, path: Path, report: Report): void => {
  const compiled = compilePattern(pattern);
  if (compiled.ok) return;
  const { message, fragment } = compiled.error;
  report('PATTERN_INVALID', path, `The pattern cannot be run: ${message} at \`${fragment}\`.`, {
    within: fragment,
    hint: LOOK_AROUND.test(pattern) ? 'look-around and back-references do not exist in RE2' : undefined,
  });
};

const LOOK_AROUND = /\(\?<?[=!]|\\[1-9]/;
