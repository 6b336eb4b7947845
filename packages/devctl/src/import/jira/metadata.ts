import { err, isJsonObject, type Json, type JsonObject, ok, type Result } from '@pao/kernel';
import { type Conversion, type DraftGroup, emptyDraft } from '../draft.ts';
import { claim, isConstant, isKey, toCamelCase, toKebabCase } from '../names.ts';
import { own, ownText } from '../read.ts';
import { createRemarks, excerpt, type Remarks } from '../remarks.ts';
import type { ImportError } from '../settle.ts';
import { convertField } from './field.ts';

/** Which project and issue type are meant, where the answer holds several or does not say. */
export interface JiraChoice {
  readonly project?: string;
  readonly issueType?: string;
}

interface IssueType {
  readonly name?: string;
  readonly description?: string;
  readonly project?: string;
  readonly fields: readonly JsonObject[];
}

/** Create-metadata of a project's issue type, in the form of today or the older one, becomes an item with a ticket. */
export const convertJira = (answer: Json, choice: JiraChoice = {}): Result<Conversion, ImportError> => {
  const found = issueTypeOf(answer, choice);
  if (!found.ok) return found;
  const { fields } = found.value;
  if (fields.length === 0)
    return err({ message: 'the answer has no fields; is the issue type hidden from this account?' });
  const remarks = createRemarks();
  const project = choice.project ?? found.value.project;
  const issueType = choice.issueType ?? found.value.name;
  const title = issueType ?? 'Request';
  const draft = emptyDraft(
    `the Jira issue type ${title}${project === undefined ? '' : ` of ${project}`}`,
    toKebabCase([project ?? '', title].join(' ')),
    excerpt(project === undefined ? title : `${title} (${project})`, 120),
  );
  const description = found.value.description?.trim();
  if (description !== undefined && description !== '') draft.description = description;
  if (project !== undefined) draft.ticket.project = project;
  if (issueType === undefined || issueType.trim() === '' || !isConstant(issueType)) {
    remarks.leave(
      '(issue type)',
      'its name',
      'it is not known, or reads as a variable; Task is taken',
      'give --issue-type',
    );
  } else {
    draft.ticket.issueType = issueType;
  }
  const group: DraftGroup = { id: 'details', name: 'Details', fields: [], origin: 'fields' };
  draft.groups = [group];
  const taken = new Set<string>();
  for (const field of fields) takeField(field, { draft, group, taken, remarks });
  if (draft.ticket.summary === undefined) draft.ticket.summary = '{{.current.name}}';
  return ok({ draft, remarks });
};

interface Taking {
  readonly draft: Conversion['draft'];
  readonly group: DraftGroup;
  readonly taken: Set<string>;
  readonly remarks: Remarks;
}

const takeField = (field: JsonObject, { draft, group, taken, remarks }: Taking): void => {
  const key = ownText(field, 'fieldId') ?? ownText(field, 'key');
  if (key === undefined || !isKey(key))
    return remarks.leave('fields', 'a field', 'it has no usable key', 'add it by hand');
  const origin = `fields.${key}`;
  const converted = convertField(key, field, origin, remarks);
  if (converted === 'silent') return undefined;
  if (converted === undefined) {
    const required = own(field, 'required') === true && own(field, 'hasDefaultValue') !== true;
    if (required)
      remarks.leave(
        origin,
        'a field that Jira requires',
        'without it, Jira refuses the ticket',
        'set it in customFields',
      );
    return undefined;
  }
  if ('name' in converted) {
    draft.name = converted.name;
    draft.ticket.summary = '{{.current.name}}';
    return undefined;
  }
  const label = converted.field.name;
  const id = claim(toCamelCase(label), taken);
  remarks.change(origin, `it is called ${id}`, 'ids are camelCase; this one is from its name in Jira');
  group.fields.push({ id, ...converted.field });
  const path = `.current.${group.id}.${id}`;
  if (converted.target === 'priority') draft.ticket.priority = `{{${path}}}`;
  else if (converted.target !== 'text') draft.ticket.customFields[key] = converted.target(`{{${path}}}`);
  return undefined;
};

const issueTypeOf = (answer: Json, choice: JiraChoice): Result<IssueType, ImportError> => {
  const projects = own(answer, 'projects');
  if (Array.isArray(projects)) return fromProjects(projects as readonly Json[], choice);
  const fields = own(answer, 'fields') ?? own(answer, 'values') ?? own(answer, 'results');
  if (fields === undefined)
    return err({ message: 'not create-metadata of Jira: it has neither `fields` nor `projects`' });
  const total = own(answer, 'total');
  const list = listOf(fields);
  if (typeof total === 'number' && total > list.length) {
    return err({ message: `the answer is one page: ${list.length} of ${total} fields; ask with maxResults=${total}` });
  }
  return ok({ fields: list });
};

const fromProjects = (projects: readonly Json[], choice: JiraChoice): Result<IssueType, ImportError> => {
  const project = pick(projects, 'project', choice.project, ['key', 'name', 'id']);
  if (!project.ok) return project;
  const types = own(project.value, 'issuetypes');
  const type = pick(Array.isArray(types) ? (types as readonly Json[]) : [], 'issue type', choice.issueType, [
    'name',
    'id',
  ]);
  if (!type.ok) return type;
  const fields = own(type.value, 'fields');
  if (fields === undefined)
    return err({ message: 'the issue type has no fields; ask with expand=projects.issuetypes.fields' });
  return ok({ fields: listOf(fields), ...texts(project.value, type.value) });
};

const texts = (project: Json, type: Json): Omit<IssueType, 'fields'> => {
  const [key, name, description] = [ownText(project, 'key'), ownText(type, 'name'), ownText(type, 'description')];
  return {
    ...(key === undefined ? {} : { project: key }),
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
  };
};

/** The one that is meant: by name, or the only one there is. */
export const pick = (
  list: readonly Json[],
  what: string,
  wanted: string | undefined,
  keys: readonly string[],
): Result<Json, ImportError> => {
  const fits = (entry: Json): boolean =>
    keys.some((key) => ownText(entry, key)?.toLowerCase() === wanted?.toLowerCase());
  const found = wanted === undefined ? list : list.filter(fits);
  const [first, second] = found;
  if (first !== undefined && second === undefined) return ok(first);
  const names = excerpt(list.map((entry) => ownText(entry, 'name') ?? ownText(entry, 'key') ?? '?').join(', '), 200);
  if (first === undefined)
    return err({
      message: `no ${what}${wanted === undefined ? '' : ` ${excerpt(wanted, 60)}`} in the answer; it has: ${names || 'none'}`,
    });
  return err({
    message: `the answer has several of: ${what}; name one of ${names} with --${what === 'project' ? 'project' : 'issue-type'}`,
  });
};

const listOf = (fields: Json): readonly JsonObject[] => {
  if (Array.isArray(fields)) return (fields as readonly Json[]).filter((field) => isJsonObject(field));
  if (!isJsonObject(fields)) return [];
  return Object.entries(fields).flatMap(([key, field]) => (isJsonObject(field) ? [{ key, ...field }] : []));
};
