import type { Failure } from '@pao/executor-sdk';
import type { CreateField } from '@pao/jira';
import { err, type Json, type JsonObject, ok, type Result } from '@pao/kernel';

/** What a new issue can't have, found before it is created. */
export const fieldWrong = (place: string, issue: string): Failure => ({
  code: 'JIRA_FIELD_INVALID',
  message: `config.${place}: ${issue}`,
});

const SHOWN = 20;

export const listed = (names: readonly string[]): string =>
  names.length > SHOWN ? `${names.slice(0, SHOWN).join(', ')} and ${names.length - SHOWN} more` : names.join(', ');

/** By its id, or by the name people see, whose case does not matter; two of one name are told apart by their ids alone. */
export const fieldNamed = (fields: readonly CreateField[], name: string): readonly CreateField[] => {
  const byId = fields.filter(({ id }) => id === name);
  return byId.length > 0 ? byId : fields.filter((field) => field.name.toLowerCase() === name.toLowerCase());
};

/** Of a custom field, or a system field as Jira writes it: `duedate`. */
const isId = (name: string): boolean => /^customfield_\d+$|^[a-z][a-zA-Z]*$/.test(name);

/** Custom fields by their ids. Without the site's fields only ids are understood. */
export const customFieldIds = (
  custom: Readonly<Record<string, Json>>,
  fields: readonly CreateField[] | undefined,
): Result<JsonObject, Failure> => {
  const byId: Record<string, Json> = {};
  for (const [name, value] of Object.entries(custom)) {
    const found = fieldNamed(fields ?? [], name);
    const [field] = found;
    const place = `ticket.customFields.${name}`;
    if (found.length > 1) {
      const ids = found.map(({ id }) => id).join(', ');
      return err(fieldWrong(place, `several fields have this name: write the id of one, ${ids}.`));
    }
    if (field === undefined && fields !== undefined && !isId(name))
      return err(fieldWrong(place, 'a new issue of this type has no such field there.'));
    if (field === undefined && !isId(name))
      return err(
        fieldWrong(place, "Jira's fields could not be read, so only ids like customfield_10010 are understood."),
      );
    byId[field?.id ?? name] = value;
  }
  return ok(byId);
};

const EPIC_LINK = 'com.pyxis.greenhopper.jira:gh-epic-link';

/** The field of Data Center that names an issue's epic. */
export const epicField = (fields: readonly CreateField[]): string | undefined =>
  fields.find(({ custom }) => custom === EPIC_LINK)?.id;
