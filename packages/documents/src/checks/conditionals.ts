import { inDependencyOrder } from '../bundle/order.ts';
import type { Form } from '../document.ts';
import { scalars } from '../form/condition.ts';
import { definitionOf, type FormDefinition, type FormField } from '../form/definition.ts';
import { checkValue } from '../form/rules.ts';
import { didYouMean } from '../near.ts';
import type { Path } from '../pointer.ts';
import { FORM_PATH, type Report } from './report.ts';

/** Conditions look at fields that exist, at values these can have, and never in a circle. */
export const checkConditionals = (form: Form, report: Report): void => {
  const definition = definitionOf(form);
  for (const [groupIndex, group] of definition.groups.entries()) {
    for (const [index, field] of group.fields.entries()) {
      const path = [...FORM_PATH, 'groups', groupIndex, 'fields', index, 'conditional'];
      const known = definition.byPath.get(`${group.id}.${field.id}`);
      if (known?.condition !== undefined) checkConditional(definition, known, path, report);
    }
  }
  const ordered = inDependencyOrder(
    [...definition.byPath.values()].map((field) => ({ id: field.path, dependsOn: dependencies(field) })),
  );
  if (ordered.ok) return;
  const [first = ''] = ordered.error;
  report(
    'CONDITIONAL_CYCLE',
    pathOf(definition, first),
    `The conditions go in a circle: ${ordered.error.join(' → ')}.`,
  );
};

const dependencies = (field: FormField): readonly string[] =>
  field.condition?.on === undefined ? [] : [field.condition.on];

const pathOf = (definition: FormDefinition, fieldPath: string): Path => {
  const [groupId, fieldId] = fieldPath.split('.');
  const groupIndex = definition.groups.findIndex((group) => group.id === groupId);
  const index = definition.groups[groupIndex]?.fields.findIndex((field) => field.id === fieldId) ?? 0;
  return [...FORM_PATH, 'groups', groupIndex, 'fields', index, 'conditional', 'dependsOn'];
};

const checkConditional = (definition: FormDefinition, field: FormField, path: Path, report: Report): void => {
  const { conditional, on } = field.condition ?? {};
  if (conditional === undefined) return;
  const target = on === undefined ? undefined : definition.byPath.get(on);
  if (target === undefined) {
    const near = didYouMean(conditional.dependsOn, namesOf(definition, conditional.dependsOn));
    report('CONDITIONAL_FIELD_UNKNOWN', [...path, 'dependsOn'], `No field \`${conditional.dependsOn}\` is known.`, {
      hint: near,
    });
    return;
  }
  const { condition, value } = conditional;
  const list = condition === 'in' || condition === 'notIn';
  const shape =
    condition === 'exists' ? value === undefined || typeof value === 'boolean' : Array.isArray(value) === list;
  if (!shape || (condition !== 'exists' && value === undefined)) {
    const wanted = { exists: 'true, false or nothing', list: 'a list', one: 'one value' }[
      condition === 'exists' ? 'exists' : list ? 'list' : 'one'
    ];
    report('CONDITIONAL_VALUE_INVALID', [...path, 'value'], `\`${condition}\` needs ${wanted}.`);
    return;
  }
  if (condition === 'exists') return;
  for (const wanted of scalars(value)) {
    if (canHave(target, wanted)) continue;
    report('CONDITIONAL_VALUE_INVALID', [...path, 'value'], `\`${target.path}\` is never \`${wanted}\`.`, {
      hint: didYouMean(
        String(wanted),
        (target.options ?? []).map((option) => String(option.value)),
      ),
    });
  }
};

const canHave = (target: FormField, wanted: unknown): boolean => {
  if (target.type === 'multiselect') return checkValue([wanted], { ...target, validation: {} }) === undefined;
  return checkValue(wanted, { ...target, validation: { ...target.validation, pattern: '' } }) === undefined;
};

const namesOf = (definition: FormDefinition, wanted: string): readonly string[] =>
  definition.fields.map((field) => (wanted.includes('.') ? field.path : field.id));
