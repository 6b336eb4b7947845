import { canonicalJson, isJsonObject, type Json, type JsonObject } from '@pao/kernel';
import type { Path } from '../pointer.ts';

export interface SchemaProblem {
  readonly path: Path;
  readonly message: string;
}

/** Schemas come from outside: what costs more than this is left to the executor. */
const MAX_STEPS = 20_000;
const MAX_DEPTH = 64;

interface Walk {
  readonly root: JsonObject;
  steps: number;
  depth: number;
}

/**
 * Where a configuration as it is written can't fit a JSON Schema of another team's executor, whatever its variables will hold: a text
 * with `{{…}}` may stand for any scalar. Patterns and formats are left to the executor, as is what this knows nothing of.
 */
export const findSchemaProblems = (config: Json, schema: JsonObject): readonly SchemaProblem[] => {
  const walk: Walk = { root: schema, steps: 0, depth: 0 };
  const problems = check(config, schema, [], walk);
  return walk.steps > MAX_STEPS ? [] : problems;
};

const NONE: readonly SchemaProblem[] = [];

const check = (value: Json, given: Json | undefined, path: Path, walk: Walk): readonly SchemaProblem[] => {
  walk.steps += walk.depth > MAX_DEPTH ? MAX_STEPS : 1;
  if (walk.steps > MAX_STEPS) return NONE;
  walk.depth += 1;
  const problems = checkOne(value, given, path, walk);
  walk.depth -= 1;
  return problems;
};

const checkOne = (value: Json, given: Json | undefined, path: Path, walk: Walk): readonly SchemaProblem[] => {
  if (given === false) return [{ path, message: 'must not be there' }];
  const schema = resolve(given, walk);
  if (schema === undefined) return NONE;
  const wrongType = checkType(value, schema.type, path);
  if (wrongType.length > 0 || isTemplate(value)) return wrongType;
  return [
    ...checkValue(value, schema, path),
    ...(isJsonObject(value) ? checkObject(value, schema, path, walk) : NONE),
    ...(Array.isArray(value) ? checkArray(value, schema, path, walk) : NONE),
    ...checkBranches(value, schema, path, walk),
  ];
};

const isTemplate = (value: Json): boolean => typeof value === 'string' && value.includes('{{');

const MAX_REFERENCES = 16;

/** A reference inside the schema is followed; one to elsewhere says nothing. */
const resolve = (given: Json | undefined, { root }: Walk): JsonObject | undefined => {
  let schema = given;
  for (let count = 0; count < MAX_REFERENCES; count += 1) {
    if (schema === undefined || !isJsonObject(schema)) return undefined;
    if (typeof schema.$ref !== 'string') return schema;
    const [, home = '', name = ''] = /^#\/(\$defs|definitions)\/([^/]+)$/.exec(schema.$ref) ?? [];
    const homes = own(root, home);
    schema = isJsonObject(homes ?? null) ? own(homes as JsonObject, name) : undefined;
  }
  return undefined;
};

const own = (object: JsonObject, name: string): Json | undefined =>
  Object.hasOwn(object, name) ? object[name] : undefined;

const typeOf = (value: Json): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value;
};

const fits = (value: Json, type: Json): boolean => {
  if (isTemplate(value)) return type !== 'object' && type !== 'array';
  if (type === 'integer') return Number.isInteger(value);
  return typeOf(value) === type;
};

const OTHER_TYPE = ', and must be';

const checkType = (value: Json, type: Json | undefined, path: Path): readonly SchemaProblem[] => {
  if (type === undefined) return NONE;
  const types: readonly Json[] = Array.isArray(type) ? type : [type];
  if (types.some((one) => fits(value, one))) return NONE;
  return [{ path, message: `is ${typeOf(value)}${OTHER_TYPE} ${types.map(String).join(' or ')}` }];
};

const checkValue = (value: Json, schema: JsonObject, path: Path): readonly SchemaProblem[] => {
  const same = (other: Json): boolean => canonicalJson(other) === canonicalJson(value);
  const problems: string[] = [];
  const bound = (name: string, isBroken: (limit: number) => boolean, message: string): void => {
    const limit = own(schema, name);
    if (typeof limit === 'number' && isBroken(limit)) problems.push(`${message} ${limit}`);
  };
  if (schema.const !== undefined && !same(schema.const)) problems.push(`must be ${JSON.stringify(schema.const)}`);
  if (Array.isArray(schema.enum) && !schema.enum.some(same))
    problems.push(`must be one of ${schema.enum.map((one: Json) => JSON.stringify(one)).join(', ')}`);
  if (typeof value === 'number') {
    bound('minimum', (limit) => value < limit, 'must be at least');
    bound('maximum', (limit) => value > limit, 'must be at most');
  }
  if (typeof value === 'string') {
    bound('minLength', (limit) => value.length < limit, 'must have a length of at least');
    bound('maxLength', (limit) => Array.from(value).length > limit, 'must have a length of at most');
  }
  if (Array.isArray(value)) {
    bound('minItems', (limit) => value.length < limit, 'must have entries, at least');
    bound('maxItems', (limit) => value.length > limit, 'must have entries, at most');
  }
  return problems.map((message) => ({ path, message }));
};

const checkObject = (value: JsonObject, schema: JsonObject, path: Path, walk: Walk): readonly SchemaProblem[] => {
  const properties = isJsonObject(schema.properties ?? null) ? (schema.properties as JsonObject) : {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  const missing = required.flatMap((name: Json) =>
    typeof name === 'string' && !Object.hasOwn(value, name) ? [{ path, message: `has no \`${name}\`` }] : [],
  );
  const members = Object.entries(value).flatMap(([name, member]) => {
    if (Object.hasOwn(properties, name)) return check(member, properties[name], [...path, name], walk);
    if (schema.patternProperties !== undefined) return NONE;
    if (schema.additionalProperties === false) return [{ path: [...path, name], message: 'is not known' }];
    return check(member, schema.additionalProperties, [...path, name], walk);
  });
  return [...missing, ...members];
};

const checkArray = (value: readonly Json[], schema: JsonObject, path: Path, walk: Walk): readonly SchemaProblem[] =>
  schema.prefixItems === undefined
    ? value.flatMap((entry, index) => check(entry, schema.items, [...path, index], walk))
    : NONE;

/** What is of another type altogether was hardly meant. */
const distance = (problems: readonly SchemaProblem[], path: Path): number =>
  problems.length +
  (problems.some((one) => one.path.length === path.length && one.message.includes(OTHER_TYPE)) ? 100 : 0);

const checkBranches = (value: Json, schema: JsonObject, path: Path, walk: Walk): readonly SchemaProblem[] => {
  const all = Array.isArray(schema.allOf) ? schema.allOf.flatMap((one: Json) => check(value, one, path, walk)) : NONE;
  const any = [schema.anyOf, schema.oneOf].flatMap((branches) => {
    if (!Array.isArray(branches)) return [];
    const outcomes = branches.map((one: Json) => check(value, one, path, walk));
    if (outcomes.some((problems) => problems.length === 0)) return [];
    return outcomes.toSorted((a, b) => distance(a, path) - distance(b, path))[0] ?? [];
  });
  return [...all, ...any];
};
