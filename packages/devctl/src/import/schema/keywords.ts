import type { JsonObject } from '@pao/kernel';
import type { Remarks } from '../remarks.ts';

// Say nothing that a form could hold, and lose nothing when they are not there.
const SILENT = new Set(['$id', '$schema', '$comment', '$defs', 'definitions', 'id', 'title', 'description', 'type']);

const WHY: { readonly [keyword: string]: readonly [string, string] | undefined } = {
  oneOf: ['a form has one shape', 'ask for the alternative with a select and conditional fields'],
  anyOf: ['a form has one shape', 'ask for the alternative with a select and conditional fields'],
  not: ['a field says what it accepts, not what it refuses', 'write a pattern or an enum'],
  additionalProperties: ['a form has the fields it names, no others', 'add the fields that are needed'],
  patternProperties: ['a form has the fields it names, no others', 'add the fields that are needed'],
  readOnly: ['every field of a form can be written', 'make it a constant in metadata, or leave it'],
};

/** Lists every keyword of a schema that nobody took up. */
export const listUnused = (schema: JsonObject, at: string, used: Iterable<string>, remarks: Remarks): void => {
  const known = new Set([...SILENT, ...used]);
  for (const [keyword, value] of Object.entries(schema)) {
    if (known.has(keyword) || (value === false && HARMLESS_WHEN_FALSE.has(keyword))) continue;
    const [why, todo] = WHY[keyword] ?? ['a field of a form has no such rule', 'see to it when the request is handled'];
    remarks.leave(`${at}.${keyword}`, keyword, why, todo);
  }
};

// A form never has more fields than it names, and all of its fields can be written.
const HARMLESS_WHEN_FALSE = new Set([
  'additionalProperties',
  'unevaluatedProperties',
  'readOnly',
  'writeOnly',
  'deprecated',
]);
