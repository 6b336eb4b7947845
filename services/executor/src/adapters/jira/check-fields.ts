import type { Failure } from '@pao/executor-sdk';
import type { CreateField } from '@pao/jira';
import { isJsonObject, type Json, type JsonObject } from '@pao/kernel';
import { fieldWrong, listed } from './field-names.ts';

/** Said by every ticket or by the site itself. */
const ALWAYS = new Set(['project', 'issuetype', 'summary', 'reporter']);

/** Where a document says what a field gets. */
const PLACES = new Map([
  ['description', 'descriptionTemplate'],
  ['parent', 'epicKey'],
]);

const placeOf = ({ id, name }: CreateField): string =>
  id.startsWith('customfield_') ? `ticket.customFields.${name}` : `ticket.${PLACES.get(id) ?? id}`;

const namesIn = (value: Json | undefined): readonly string[] =>
  [value].flat().flatMap((one) => (isJsonObject(one) && typeof one['name'] === 'string' ? [one['name']] : []));

const isEmpty = (value: Json | undefined): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

/** Names that have to be one of the site's own. */
const CHOSEN = ['priority', 'components'];

/** What the site would refuse of a new issue, as far as it says beforehand what it wants. */
export const checkFields = (issue: JsonObject, fields: readonly CreateField[]): Failure | undefined => {
  const missing = fields.find(
    ({ id, required, hasDefaultValue }) => required && !hasDefaultValue && !ALWAYS.has(id) && isEmpty(issue[id]),
  );
  if (missing)
    return fieldWrong(placeOf(missing), `Jira wants ${missing.name} (${missing.id}) for a new issue of this type.`);
  for (const id of CHOSEN) {
    const field = fields.find((one) => one.id === id);
    if (field?.choices === undefined) continue;
    const choices = new Set(field.choices.map((choice) => choice.toLowerCase()));
    const unknown = namesIn(issue[id]).find((name) => !choices.has(name.toLowerCase()));
    if (unknown === undefined) continue;
    return fieldWrong(`ticket.${id}`, `there is no ${JSON.stringify(unknown)}; there is ${listed(field.choices)}.`);
  }
  return undefined;
};
