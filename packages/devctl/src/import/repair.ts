import type { Finding } from '@pao/documents';
import type { Draft, DraftField, DraftGroup } from './draft.ts';
import { ANY_NAME_PATTERN } from './draft.ts';
import type { Remarks } from './remarks.ts';

type Repair = () => void;

/** How the piece that a finding points to is taken out of the draft; undefined when the document cannot do without it. */
export const repairOf = (draft: Draft, finding: Finding, remarks: Remarks): Repair | undefined => {
  const parts = (finding.pointer ?? '')
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const [section, second, ...rest] = parts;
  if (section === 'metadata') return repairMetadata(draft, second ?? '', finding, remarks);
  if (section === 'input' && rest[0] === 'groups') return repairGroup(draft, rest.slice(1), finding, remarks);
  if (section === 'input') return repairName(draft, rest[0] ?? '', finding, remarks);
  if (section !== 'fulfillment') return undefined;
  if (second === 'automatic') return repairAction(draft, Number(rest[1]), finding, remarks);
  return second === 'manual' ? repairTicket(draft, rest.slice(3), finding, remarks) : undefined;
};

const repairMetadata = (draft: Draft, key: string, finding: Finding, remarks: Remarks): Repair | undefined => {
  const lose = (): void => remarks.leave(`(${key})`, `the ${key}`, finding.message, 'write it in the document');
  if (key === 'tags' && draft.tags.length > 0) {
    return () => {
      lose();
      draft.tags = [];
    };
  }
  if (key === 'description' && draft.description !== undefined) {
    return () => {
      if (draft.description !== undefined) lose();
      delete draft.description;
    };
  }
  if (key === 'owner' && draft.team !== undefined) {
    return () => {
      if (draft.team !== undefined) lose();
      delete draft.team;
    };
  }
  if (key !== 'name' || draft.title === 'Imported item') return undefined;
  return () => {
    lose();
    draft.title = 'Imported item';
  };
};

const repairName = (draft: Draft, key: string, finding: Finding, remarks: Remarks): Repair | undefined => {
  const { name } = draft;
  const lose = (what: string): void => remarks.leave(name.origin, what, finding.message, 'write it in the document');
  if (key === 'validation' && name.validation.pattern !== ANY_NAME_PATTERN) {
    return () => {
      lose('a validation of the name');
      name.validation = { pattern: ANY_NAME_PATTERN };
    };
  }
  if (key === 'name' && name.label !== 'Name') {
    return () => {
      lose('the label');
      name.label = 'Name';
    };
  }
  if ((key !== 'description' && key !== 'placeholder') || name[key] === undefined) return undefined;
  return () => {
    lose(`the ${key}`);
    delete name[key];
  };
};

const repairGroup = (
  draft: Draft,
  parts: readonly string[],
  finding: Finding,
  remarks: Remarks,
): Repair | undefined => {
  const [groupIndex, place, fieldIndex, key, inner] = parts;
  const group = draft.groups[Number(groupIndex)];
  if (group === undefined) return undefined;
  if (place === 'description') {
    return () => {
      remarks.leave(group.origin, 'the description of the group', finding.message, 'write it in the document');
      delete group.description;
    };
  }
  const field = place === 'fields' ? group.fields[Number(fieldIndex)] : undefined;
  if (field !== undefined) return () => repairField({ group, field, finding, remarks }, key, inner);
  return () => {
    remarks.leave(group.origin, 'the group and its fields', finding.message, 'write it in the document');
    draft.groups = draft.groups.filter((other) => other !== group);
  };
};

interface FieldFinding {
  readonly group: DraftGroup;
  readonly field: DraftField;
  readonly finding: Finding;
  readonly remarks: Remarks;
}

const repairField = (
  { group, field, finding, remarks }: FieldFinding,
  key: string | undefined,
  inner: string | undefined,
): void => {
  const lose = (what: string): void => remarks.leave(field.origin, what, reason(finding), 'see to it in the document');
  if (key === 'validation' && inner !== undefined) {
    lose(`the rule ${inner}`);
    field.validation = without(field.validation ?? {}, inner);
    if (Object.keys(field.validation).every((rule) => rule === 'message')) delete field.validation;
  } else if (key === 'default' || key === 'description' || key === 'placeholder' || key === 'validation') {
    lose(`the ${key}`);
    delete field[key];
  } else if (key === 'conditional') {
    // Without its condition the field is always there: to require it would ask of everybody what some were asked.
    lose('the condition under which it is asked');
    delete field.conditional;
    delete field.required;
  } else {
    lose('the whole field');
    group.fields = group.fields.filter((other) => other !== field);
  }
};

const reason = ({ message, hint }: Finding): string => (hint === undefined ? message : `${message} (${hint})`);

const without = <T extends object>(value: T, key: string): T =>
  Object.fromEntries(Object.entries(value).filter(([name]) => name !== key)) as T;

const repairAction = (draft: Draft, index: number, finding: Finding, remarks: Remarks): Repair | undefined => {
  const action = draft.automatic[index];
  if (action === undefined) return undefined;
  return () => {
    if (!draft.automatic.includes(action)) return;
    remarks.leave(
      action.origin,
      `the ${action.type} action`,
      reason(finding),
      'it stands in the text of the ticket; write the action',
    );
    draft.automatic = draft.automatic.filter((other) => other !== action);
    draft.complete = false;
  };
};

const repairTicket = (
  draft: Draft,
  parts: readonly string[],
  finding: Finding,
  remarks: Remarks,
): Repair | undefined => {
  const { ticket } = draft;
  // Of a ticket's keys the validator speaks where the format keeps them, which is not always where they are written.
  const [key = '', name = ''] = parts[0] === 'ticket' ? parts.slice(1) : parts;
  if (key === 'customFields' && Object.hasOwn(ticket.customFields, name)) {
    return () => {
      remarks.leave(name, 'the mapping to the Jira field', reason(finding), 'map it in customFields');
      delete ticket.customFields[name];
    };
  }
  if (key === 'priority' && ticket.priority !== undefined) {
    return () => {
      remarks.leave('priority', 'the priority of the ticket', reason(finding), 'set it in the ticket');
      delete ticket.priority;
    };
  }
  if (key !== 'descriptionTemplate' || ticket.steps.every(({ details }) => details.length === 0)) return undefined;
  return () => {
    remarks.leave(
      '(steps)',
      'the details of the steps in the text of the ticket',
      reason(finding),
      'describe them without it',
    );
    ticket.steps = ticket.steps.map(({ title }) => ({ title, details: [] }));
  };
};
