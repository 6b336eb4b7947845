import { isJsonObject, type Json } from '@pao/kernel';
import { commonTypes } from './common-types.ts';
import { type JsonSchema, SCHEMA_IDS } from './json-schema.ts';

/** A published schema: without the notes that are for this package only. */
export const published = (schema: JsonSchema): JsonSchema => withoutNotes(schema) as JsonSchema;

const withoutNotes = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(withoutNotes);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'x-code')
      .map(([key, entry]) => [key, withoutNotes(entry)]),
  );
};

/**
 * The same schema for editors, which speak draft-07 and load one file: references lead into the file itself. The
 * schemas use no keyword that draft-07 lacks, other than `$defs`.
 */
export const toDraft07 = (schema: JsonSchema): JsonSchema => {
  const { $defs, ...rest } = published(schema);
  const shared = $defs ?? published(commonTypes).$defs ?? {};
  return {
    ...rest,
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: `${schema.$id as string}:draft-07`,
    ...(localReferences(rest) as JsonSchema),
    definitions: localReferences(shared),
  };
};

const localReferences = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(localReferences);
  if (!isJsonObject(value)) return value;
  const { $ref } = value;
  // Beside a $ref, draft-07 ignores every other keyword.
  if (typeof $ref === 'string') return { $ref: $ref.replace(`${SCHEMA_IDS.common}#/$defs/`, '#/definitions/') };
  const entries = Object.entries(value).filter(([key]) => key !== '$schema' && key !== '$id');
  return Object.fromEntries(entries.map(([key, entry]) => [key, localReferences(entry)]));
};
