import { err, isJsonObject, type Json, ok, type Result } from '@pao/kernel';
import { type Conversion, emptyDraft, type FieldReference } from './draft.ts';
import { isConstant, toLabel } from './names.ts';
import { ownText } from './read.ts';
import { createRemarks, excerpt } from './remarks.ts';
import { type Located, locate, type SchemaContext } from './schema/context.ts';
import { formOf } from './schema/form.ts';
import type { ImportError } from './settle.ts';

const DIALECTS = ['draft-07', '2019-09', '2020-12'];

/** An object schema becomes the form of an item that is fulfilled by ticket. `fallbackName` is that of the file. */
export const convertJsonSchema = (source: Json, fallbackName: string): Result<Conversion, ImportError> => {
  const dialect = ownText(source, '$schema');
  if (dialect !== undefined && !DIALECTS.some((name) => dialect.includes(name))) {
    return err({ message: `the dialect ${excerpt(dialect, 80)} is not read; ${DIALECTS.join(', ')} are` });
  }
  const remarks = createRemarks();
  const context: SchemaContext = { root: source, remarks, references: new Map<string, FieldReference>() };
  const located = locate(source, '$', context);
  if (located === undefined || !describesObject(located)) {
    return err({ message: 'not a JSON Schema of an object: it has no `properties`' });
  }
  const title = ownText(located.schema, 'title');
  const named = title !== undefined && isConstant(title) ? excerpt(title, 120) : toLabel(fallbackName);
  const draft = emptyDraft(`the JSON Schema ${title ?? fallbackName}`, fallbackName, named);
  const description = ownText(located.schema, 'description');
  if (description !== undefined) draft.description = description;
  const form = formOf([{ located, id: 'settings', title: 'Settings' }], context);
  if (form.name !== undefined) draft.name = form.name;
  draft.groups = form.groups;
  return ok({ draft, remarks });
};

const describesObject = ({ schema }: Located): boolean =>
  isJsonObject(schema['properties']) && (schema['type'] === undefined || schema['type'] === 'object');
