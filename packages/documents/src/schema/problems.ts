import type { ErrorObject } from 'ajv';
import type { Code } from '../codes.ts';
import { didYouMean } from '../near.ts';
import { fromPointer, type Path } from '../pointer.ts';

export interface SchemaProblem {
  readonly code: Code;
  readonly message: string;
  readonly hint?: string;
  readonly path: Path;
  readonly key?: boolean;
}

interface Parent {
  readonly 'x-code'?: Code;
  readonly properties?: { readonly [name: string]: unknown };
  readonly pattern?: string;
}

/** ajv's errors as findings: one a place and code, without the echoes of combined keywords. */
export const toProblems = (errors: readonly ErrorObject[]): readonly SchemaProblem[] => {
  const seen = new Set<string>();
  return errors.filter(isPrimary).flatMap((error) => {
    const problem = toProblem(error);
    const identity = `${problem.code} ${problem.path.join('/')}`;
    if (seen.has(identity)) return [];
    seen.add(identity);
    return [problem];
  });
};

const isPrimary = (error: ErrorObject): boolean =>
  error.keyword !== 'if' && error.keyword !== 'propertyNames' && !/\/(oneOf|anyOf)\/\d+\//.test(error.schemaPath);

const toProblem = (error: ErrorObject): SchemaProblem => {
  const path = fromPointer(error.instancePath);
  const parent = (error.parentSchema ?? {}) as Parent;
  const code = parent['x-code'];
  if (error.propertyName !== undefined) return nameProblem(error.propertyName, path, parent);
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownProperty(error, path, parent);
    case 'required':
      return missingProperty(error, path, code);
    case 'type':
      return typeProblem(error, path);
    case 'const':
    case 'enum':
      return choiceProblem(error, path, code);
    default:
      return { code: code ?? DEFAULT_CODES[error.keyword] ?? 'VALUE_OUT_OF_RANGE', path, ...sentence(error, parent) };
  }
};

const DEFAULT_CODES: { readonly [keyword: string]: Code | undefined } = {
  pattern: 'VALUE_FORMAT',
  format: 'VALUE_FORMAT',
};

/** What a message calls the value at a path: its key, or `fields[0]`. */
const last = (path: Path): string => {
  const end = path.at(-1) ?? 'document';
  return typeof end === 'number' ? `${path.at(-2) ?? ''}[${end}]` : end;
};

const nameProblem = (name: string, path: Path, parent: Parent): SchemaProblem => ({
  code: parent['x-code'] ?? 'VALUE_FORMAT',
  path: [...path, name],
  key: true,
  message: `\`${name}\` does not have the form that a name has here.`,
  ...(parent.pattern === undefined ? {} : { hint: `it must match ${parent.pattern}` }),
});

const unknownProperty = (error: ErrorObject, path: Path, parent: Parent): SchemaProblem => {
  const name = String(error.params.additionalProperty);
  const known = Object.keys(parent.properties ?? {});
  const hint = didYouMean(name, known) ?? (known.length === 0 ? undefined : `known here: ${known.join(', ')}`);
  return {
    code: parent['x-code'] === 'VALIDATION_KEY_NOT_ALLOWED' ? parent['x-code'] : 'PROPERTY_UNKNOWN',
    path: [...path, name],
    key: true,
    message: `\`${name}\` is not known in \`${last(path)}\`.`,
    ...(hint === undefined ? {} : { hint }),
  };
};

const missingProperty = (error: ErrorObject, path: Path, code: Code | undefined): SchemaProblem => {
  const name = String(error.params.missingProperty);
  return {
    code: code === 'FIELD_ENUM_MISSING' ? code : 'PROPERTY_MISSING',
    path: [...path, name],
    message: `\`${name}\` is missing in \`${last(path)}\`.`,
  };
};

const typeProblem = (error: ErrorObject, path: Path): SchemaProblem => {
  const wanted = [error.params.type].flat().join(' or ');
  const scalar = typeof error.data === 'number' || typeof error.data === 'boolean';
  return {
    code: 'TYPE_WRONG',
    path,
    message: `\`${last(path)}\` must be ${wanted}, not ${typeName(error.data)}.`,
    ...(scalar && wanted.includes('string') ? { hint: 'put it in quotes' } : {}),
  };
};

const typeName = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);

const choiceProblem = (error: ErrorObject, path: Path, code: Code | undefined): SchemaProblem => {
  const allowed = (error.keyword === 'const' ? [error.params.allowedValue] : error.params.allowedValues) as unknown[];
  const near = typeof error.data === 'string' ? didYouMean(error.data, allowed.map(String)) : undefined;
  return {
    code: code ?? 'VALUE_NOT_ALLOWED',
    path,
    message: `\`${last(path)}\` must be ${allowed
      .map(String)
      .join(', ')
      .replace(/, ([^,]*)$/, ' or $1')}.`,
    ...(near === undefined ? {} : { hint: near }),
  };
};

const sentence = (error: ErrorObject, parent: Parent): Pick<SchemaProblem, 'message' | 'hint'> => {
  const name = last(fromPointer(error.instancePath));
  if (error.keyword === 'oneOf') return { message: `\`${name}\` needs exactly one of ${alternatives(error)}.` };
  if (error.keyword === 'not') return { message: `\`${name}\` has no meaning here.`, hint: 'remove it' };
  const hint = error.keyword === 'pattern' ? { hint: `it must match ${parent.pattern ?? ''}` } : {};
  if (error.keyword === 'pattern') return { message: `\`${name}\` does not have the right form.`, ...hint };
  return { message: `\`${name}\` ${error.message ?? 'is not right'}.` };
};

const alternatives = (error: ErrorObject): string =>
  (error.schema as readonly { readonly required?: readonly string[] }[])
    .map((option) => (option.required ?? []).map((name) => `\`${name}\``).join(' and '))
    .join(' or ');
