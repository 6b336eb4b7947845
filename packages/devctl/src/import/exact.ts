import type { Draft, DraftField } from './draft.ts';
import type { Remarks } from './remarks.ts';

/** Numbers that lose digits when they are read are no part of a document; a text would have kept them. */
export const leaveInexact = (draft: Draft, remarks: Remarks): void => {
  for (const group of draft.groups) {
    for (const field of group.fields) leaveOfField(field, remarks);
    group.fields = group.fields.filter((field) => {
      if (isExact(field.enum)) return true;
      remarks.leave(field.origin, 'the whole field', WHY, 'offer the numbers as texts');
      return false;
    });
  }
  if (!isExact(draft.name.validation)) {
    remarks.leave(draft.name.origin, 'the rules of the name', WHY, 'write the rule');
    draft.name.validation = {};
  }
  draft.automatic = draft.automatic.filter((action) => {
    if (isExact(action.config)) return true;
    remarks.leave(action.origin, `the ${action.type} action`, WHY, 'write the action, with the numbers as texts');
    draft.complete = false;
    return false;
  });
};

const WHY = 'the number has more digits than can be kept';

const leaveOfField = (field: DraftField, remarks: Remarks): void => {
  for (const key of ['default', 'conditional', 'validation'] as const) {
    if (isExact(field[key])) continue;
    remarks.leave(field.origin, `the ${key}`, WHY, 'write it with a smaller number');
    delete field[key];
    // Without its condition the field is always there: to require it would ask of everybody what some were asked.
    if (key === 'conditional') delete field.required;
  }
};

const isExact = (value: unknown): boolean => {
  if (typeof value === 'number')
    return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
  return typeof value !== 'object' || value === null || Object.values(value).every((inner) => isExact(inner));
};
