import { isJsonObject, type Json, type JsonObject } from '@pao/kernel';
import { Ajv, type ValidateFunction } from 'ajv';
import description from './generated/openapi.json' with { type: 'json' };

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly schema: JsonObject;
}

interface Description {
  readonly path: string;
  readonly method: string;
  readonly parameters: readonly Parameter[];
  readonly body?: JsonObject;
  readonly responses: Readonly<Record<string, JsonObject>>;
}

export type OperationName = keyof typeof description.operations;

/** An operation as GitHub publishes it, ready to judge calls and answers. */
export interface DescribedOperation {
  readonly name: OperationName;
  readonly method: string;
  readonly path: RegExp;
  /** What is wrong with a call; undefined when nothing is. */
  readonly judgeCall: (query: URLSearchParams, body: unknown) => string | undefined;
  readonly judgeAnswer: (status: number, body: unknown) => string | undefined;
  /** What is known of an answer, with everything else that it must have. */
  readonly complete: (status: number, known: Json) => Json;
}

const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: false });

const problemOf = (validate: ValidateFunction, value: unknown): string | undefined =>
  validate(value) ? undefined : ajv.errorsText(validate.errors);

const objectIn = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {});
const listIn = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

const sampleText = ({ format, minLength = 0 }: JsonObject): string => {
  if (format === 'date-time') return '2026-01-01T00:00:00Z';
  return format === 'uri' ? 'https://github.example' : 'x'.repeat(Number(minLength));
};

const sampleOf = (schema: JsonObject): Json => {
  const choices = [...listIn(schema['oneOf']), ...listIn(schema['anyOf'])].map(objectIn);
  if (choices.some(({ type }) => type === 'null')) return null;
  const [choice] = choices;
  if (choice !== undefined) return sampleOf(choice);
  const [value] = listIn(schema['enum']);
  if (value !== undefined) return value;
  const types = [schema['type']].flat();
  // Where GitHub may answer null, it does.
  if (types.includes('null')) return null;
  const [type] = types;
  if (type === 'object') {
    const properties = objectIn(schema['properties']);
    const required = listIn(schema['required']).map(String);
    return Object.fromEntries(required.map((name) => [name, sampleOf(objectIn(properties[name]))]));
  }
  if (type === 'array') return [];
  if (type === 'integer' || type === 'number') return 0;
  return type === 'boolean' ? false : sampleText(schema);
};

/** The part of a schema that speaks of objects. */
const objectSchema = (schema: JsonObject): JsonObject => {
  const choices = [...listIn(schema['oneOf']), ...listIn(schema['anyOf'])].map(objectIn);
  return choices.find((choice) => [choice['type']].flat().includes('object')) ?? schema;
};

const completed = (schema: JsonObject, known: Json): Json => {
  if (Array.isArray(known)) return known.map((member: Json) => completed(objectIn(schema['items']), member));
  if (!isJsonObject(known)) return known;
  const { type: _, ...shape } = objectSchema(schema);
  const properties = objectIn(shape['properties']);
  const entries = Object.entries(known).map(([key, value]) => [
    key,
    completed(objectIn(properties[key]), value ?? null),
  ]);
  return { ...objectIn(sampleOf({ ...shape, type: 'object' })), ...Object.fromEntries(entries) };
};

/** Names of branches and commits may hold slashes, and so do paths. */
const WITH_SLASHES: ReadonlySet<string> = new Set(['ref', 'base', 'head', 'path']);

const pathPattern = (path: string): RegExp => {
  const parts = path.split(/(\{\w+\})/).map((part) => {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined) return part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return WITH_SLASHES.has(name) ? `(?<${name}>.+)` : `(?<${name}>[^/]+)`;
  });
  return new RegExp(`^${parts.join('')}$`);
};

const valueOf = (schema: JsonObject, text: string): unknown =>
  schema['type'] === 'integer' && /^\d+$/.test(text) ? Number(text) : text;

/** Compiled when it is first asked for: most tests that load this have no GitHub. */
const judging = (schema: JsonObject): (() => ValidateFunction) => {
  let validate: ValidateFunction | undefined;
  return () => {
    validate ??= ajv.compile(schema);
    return validate;
  };
};

const describe = (name: OperationName, { path, method, parameters, body, responses }: Description) => {
  const queries = new Map(
    parameters.flatMap((one) => (one.in === 'query' ? [[one.name, { ...one, judge: judging(one.schema) }]] : [])),
  );
  const judgeBody = body && judging(body);
  const judges = new Map(Object.entries(responses).map(([status, schema]) => [status, judging(schema)]));

  const judgeQuery = (query: URLSearchParams): string | undefined => {
    for (const [key, text] of query) {
      const known = queries.get(key);
      if (!known) return `there is no parameter ${key}`;
      const problem = problemOf(known.judge(), valueOf(known.schema, text));
      if (problem !== undefined) return `${key}: ${problem}`;
    }
    return [...queries.values()].find((one) => one.required && !query.has(one.name))?.name;
  };

  return {
    name,
    method,
    path: pathPattern(path),
    judgeCall: (query, given) =>
      judgeQuery(query) ?? (judgeBody ? problemOf(judgeBody(), given) : given === undefined ? undefined : 'has a body'),
    judgeAnswer: (status, answer) => {
      const judge = judges.get(String(status));
      return judge ? problemOf(judge(), answer) : `${status} is no answer of ${name}`;
    },
    complete: (status, known) => completed(responses[String(status)] ?? {}, known),
  } satisfies DescribedOperation;
};

export const operations: readonly DescribedOperation[] = Object.entries(
  // The import's own type is that of the file's values.
  description.operations as unknown as Readonly<Record<OperationName, Description>>,
).map(([name, operation]) => describe(name as OperationName, operation));
