import { escapeHtml, inlineHtml } from './html.ts';

/** What the page reads of a JSON Schema. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxLength?: number;
}

export type Schemas = Readonly<Record<string, Schema>>;

const nameOfRef = (ref: string): string => ref.slice(ref.lastIndexOf('/') + 1);

const literal = (value: unknown): string => `<code>${escapeHtml(JSON.stringify(value))}</code>`;

/** Names that the generator gave to schemas without one stand for any JSON. */
const isNamed = (name: string): boolean => !name.startsWith('__');

const typeName = (schema: Schema): string => {
  if (schema.$ref !== undefined) {
    const name = nameOfRef(schema.$ref);
    return isNamed(name) ? `<a href="#schema-${escapeHtml(name)}">${escapeHtml(name)}</a>` : 'any JSON';
  }
  if (schema.const !== undefined) return literal(schema.const);
  if (schema.enum) return schema.enum.map(literal).join(' | ');
  if (schema.anyOf) return [...new Set(schema.anyOf.map(typeName))].join(' | ');
  if (schema.type === 'array') return `list of ${schema.items ? typeName(schema.items) : 'any JSON'}`;
  const type = [schema.type ?? 'any JSON'].flat().join(' | ');
  return escapeHtml(schema.format === undefined ? type : `${type} (${schema.format})`);
};

const BOUNDS = [
  ['minimum', 'at least', ''],
  ['maximum', 'at most', ''],
  ['minItems', 'at least', ' entries'],
  ['maxItems', 'at most', ' entries'],
  ['maxLength', 'at most', ' characters'],
] as const;

/** A bound that is only the limit of the number type says nothing. */
const isBound = (bound: number | undefined): boolean =>
  bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER;

const notes = (schema: Schema): string =>
  [
    ...BOUNDS.flatMap(([key, words, unit]) => (isBound(schema[key]) ? `${words} ${schema[key]}${unit}` : [])),
    ...(schema.default === undefined ? [] : [`default ${literal(schema.default)}`]),
    ...(schema.description === undefined ? [] : [inlineHtml(schema.description)]),
  ].join('; ');

/** One line of an outline: a name, its type and what else is to be known. */
export const outlineEntry = (name: string, schema: Schema, required: boolean): string =>
  `<li><b>${escapeHtml(name)}</b>${required ? '' : '?'} <i>${typeName(schema)}</i> ${notes(schema)}${outline(schema)}</li>`;

/** The members of a schema as a nested list; those of named schemas stand once, under their name. */
export const outline = (schema: Schema): string => {
  if (schema.type === 'array' && schema.items) return outline(schema.items);
  if (schema.anyOf) return schema.anyOf.map(outline).join('');
  const members = Object.entries(schema.properties ?? {});
  if (schema.$ref !== undefined || members.length === 0) return '';
  const required = new Set(schema.required);
  return `<ul>${members.map(([name, member]) => outlineEntry(name, member, required.has(name))).join('')}</ul>`;
};

export const namedSchemas = (schemas: Schemas): string =>
  Object.entries(schemas)
    .filter(([name]) => isNamed(name))
    .map(
      ([name, schema]) =>
        `<section id="schema-${escapeHtml(name)}"><h3>${escapeHtml(name)}</h3>${outline(schema)}</section>`,
    )
    .join('');
