import { isJsonObject, type Json, type JsonObject } from '@pao/kernel';
import type { FieldReference } from '../draft.ts';
import type { Remarks } from '../remarks.ts';

/** What the conversion of one schema shares. */
export interface SchemaContext {
  readonly root: Json;
  readonly remarks: Remarks;
  /** How the properties of the source, by dotted path, are read in templates. */
  readonly references: Map<string, FieldReference>;
}

/** A schema of the source, found: references followed, and where it stands. */
export interface Located {
  readonly schema: JsonObject;
  readonly at: string;
}

const MAX_HOPS = 20;

/**
 * Follows `$ref` within the same source. What stands beside a reference wins over what it leads to. Undefined, and listed,
 * where it leads round in a circle, to another document or nowhere.
 */
export const locate = (given: Json | undefined, at: string, context: SchemaContext): Located | undefined => {
  const seen = new Set<string>();
  let current = given;
  const beside: { [keyword: string]: Json } = {};
  for (let hops = 0; hops <= MAX_HOPS; hops += 1) {
    if (!isJsonObject(current)) return leave(context, at, 'the schema', 'it is no object', 'add a field by hand');
    const { $ref, ...rest } = current;
    for (const [keyword, value] of Object.entries(rest)) {
      if (!Object.hasOwn(beside, keyword)) beside[keyword] = value;
    }
    if ($ref === undefined) return { schema: beside, at };
    const problem = refusalOf($ref, seen);
    if (problem !== undefined) return leave(context, at, `$ref ${JSON.stringify($ref)}`, ...problem);
    seen.add($ref as string);
    current = pointed(context.root, $ref as string);
    if (current === undefined) {
      return leave(
        context,
        at,
        `$ref ${JSON.stringify($ref)}`,
        'it leads nowhere in this source',
        'correct the reference',
      );
    }
  }
  return leave(context, at, '$ref', `more than ${MAX_HOPS} references in a row`, 'write the schema where it is used');
};

const leave = (
  context: SchemaContext,
  at: string,
  ...[what, why, todo]: readonly [string, string, string]
): undefined => {
  context.remarks.leave(at, what, why, todo);
  return undefined;
};

const refusalOf = (reference: Json, seen: ReadonlySet<string>): readonly [string, string] | undefined => {
  if (typeof reference !== 'string') return ['a reference is a text', 'correct the reference'];
  if (!reference.startsWith('#')) return ['other documents are not fetched', 'copy the definition into the source'];
  if (reference !== '#' && !reference.startsWith('#/')) {
    return ['anchors are not followed', 'write it as a path: #/$defs/…'];
  }
  return seen.has(reference) ? ['it leads round in a circle', 'add the field by hand'] : undefined;
};

const pointed = (root: Json, reference: string): Json | undefined => {
  let value: Json | undefined = root;
  for (const part of reference.slice(1).split('/').slice(1)) {
    const key = decode(part).replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as { readonly [key: string]: Json })[key];
  }
  return value;
};

const decode = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};
