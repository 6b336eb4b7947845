import type { Json, JsonObject } from '@pao/kernel';
import { didYouMean } from './near.ts';
import { Refusal } from './refusal.ts';
import type { Namespace, Reference } from './syntax.ts';

/** The values a rendering may read: four trees of own properties, nothing else. */
export interface Scope {
  readonly current: JsonObject;
  readonly output: JsonObject;
  readonly metadata: JsonObject;
  readonly system: JsonObject;
  /**
   * Dotted paths of `.current` that the form declares (`name`, `basic.storageGb`): one left empty renders as empty, any other path
   * is an error. Without it only values that are there can be read.
   */
  readonly declared?: ReadonlySet<string>;
  /** Dotted paths, namespace first, of secret values (`current.admin.password`); what holds one or stems from one is masked. */
  readonly secrets?: ReadonlySet<string>;
}

/** What `.system` holds; a path of this list without a value is empty, any other is an error. */
export const SYSTEM_PATHS: readonly string[] = [
  'requestId',
  'correlationId',
  'bundleId',
  'timestamp',
  'date',
  'time',
  'uuid',
  'shortId',
  'environment',
  'user.id',
  'user.name',
  'user.email',
  'user.teams',
  'platform.account',
  'platform.region',
  'platform.environment',
  'task.id',
  'task.attempt',
];

const systemPaths: ReadonlySet<string> = new Set(SYSTEM_PATHS);

const INDEX = /^(?:0|[1-9]\d*)$/;

/** The value at the end of a path of own properties, `undefined` where it breaks off. */
export const readPath = (root: Json | undefined, path: readonly string[]): Json | undefined => {
  let value = root;
  for (const segment of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) return undefined;
    if (!Array.isArray(value)) value = (value as JsonObject)[segment];
    else if (INDEX.test(segment)) value = value[Number(segment)];
    else return undefined;
  }
  return value;
};

/** True when the paths name this one, something inside it, or something it is inside of. */
const related = (paths: ReadonlySet<string>, dotted: string): boolean => {
  if (paths.has(dotted)) return true;
  for (const path of paths) {
    if (path.startsWith(`${dotted}.`) || dotted.startsWith(`${path}.`)) return true;
  }
  return false;
};

const within = (paths: ReadonlySet<string>, dotted: string): boolean => {
  if (paths.has(dotted)) return true;
  for (const path of paths) if (path.startsWith(`${dotted}.`)) return true;
  return false;
};

export const isSecret = (scope: Scope, namespace: Namespace, dotted: string): boolean =>
  scope.secrets !== undefined &&
  scope.secrets.size > 0 &&
  related(scope.secrets, dotted === '' ? namespace : `${namespace}.${dotted}`);

/** Reads a reference, or refuses one that nothing declares. `dotted` is the reference's path joined once, at compile time. */
export const readReference = (scope: Scope, reference: Reference, dotted: string): Json | undefined => {
  const value = readPath(scope[reference.namespace], reference.path);
  if (reference.namespace === 'current' && scope.declared !== undefined) {
    if (dotted !== '' && !isDeclared(scope.declared, dotted, value))
      throw undeclared(reference, dotted, scope.declared);
    return value;
  }
  return value === undefined ? absent(scope, reference, dotted) : value;
};

/** Below a declared value only what is there may be read: `.current.upload.name` of a file, an entry of a list. */
const isDeclared = (declared: ReadonlySet<string>, dotted: string, value: Json | undefined): boolean =>
  value === undefined ? within(declared, dotted) : related(declared, dotted);

const absent = (scope: Scope, reference: Reference, dotted: string): undefined => {
  const { namespace, optional } = reference;
  switch (namespace) {
    case 'current':
      if (optional) return undefined;
      throw undeclared(reference, dotted, Object.keys(scope.current));
    case 'output':
      if (optional) return undefined;
      throw new Refusal('missing-output', `no earlier action gave .output.${dotted}`, {
        ...placeOf(reference),
        hint: 'if it may be absent, add: | default ""',
      });
    case 'system':
      if (within(systemPaths, dotted)) return undefined;
      throw undeclared(reference, dotted, systemPaths);
    case 'metadata':
      throw undeclared(reference, dotted, metadataNames(scope.metadata));
  }
};

const metadataNames = (metadata: JsonObject): string[] =>
  Object.entries(metadata).flatMap(([id, constants]) =>
    typeof constants === 'object' && constants !== null
      ? [id, ...Object.keys(constants).map((key) => `${id}.${key}`)]
      : [id],
  );

const placeOf = ({ offset, length }: Reference) => ({ offset, length });

const undeclared = (reference: Reference, dotted: string, known: Iterable<string>): Refusal => {
  const { namespace } = reference;
  return new Refusal('undeclared-path', `.${namespace}.${dotted} is declared nowhere`, {
    ...placeOf(reference),
    ...didYouMean(dotted, known, `.${namespace}.`),
  });
};
