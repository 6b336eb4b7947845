import type { CatalogDocument, EnumEntry, Field, Validation } from '@pao/documents';
import type { Json } from '@pao/kernel';

/** A change of a form, told as what it means for who fills it in. */
export interface FormChange {
  /** Path of the field. */
  readonly field: string;
  /** An input that was accepted before may be refused now. */
  readonly breaking: boolean;
  readonly message: string;
}

interface Placed {
  readonly path: string;
  readonly field: Pick<Field, 'type' | 'required' | 'default' | 'enum' | 'validation' | 'conditional'>;
}

/** What has changed in a form between two versions of a document, field by field in the order of the newer one. */
export const formChanges = (before: CatalogDocument, after: CatalogDocument): readonly FormChange[] => {
  const old = new Map(fieldsOf(before).map((placed) => [placed.path, placed]));
  const current = fieldsOf(after);
  const paths = new Set(current.map(({ path }) => path));
  const gone = [...old.keys()].filter((path) => !paths.has(path));
  return [
    ...current.flatMap((placed) => {
      const was = old.get(placed.path);
      return was === undefined ? [added(placed)] : changed(was, placed);
    }),
    ...gone.map(
      (field): FormChange => ({ field, breaking: true, message: 'is gone: inputs that give it are refused' }),
    ),
  ];
};

const fieldsOf = ({ input: { form } }: CatalogDocument): readonly Placed[] => [
  { path: 'name', field: { type: 'string', required: true, ...(form.validation && { validation: form.validation }) } },
  ...(form.groups ?? []).flatMap(({ id, fields }) => fields.map((field) => ({ path: `${id}.${field.id}`, field }))),
];

const added = ({ path, field: { required, default: preset, conditional } }: Placed): FormChange => {
  const needed = required === true && preset === undefined;
  if (!needed) return { field: path, breaking: false, message: 'is new and may be left empty' };
  const when = conditional === undefined ? '' : ' where it is shown';
  return { field: path, breaking: true, message: `is new and required${when}, without a default` };
};

const changed = (was: Placed, now: Placed): readonly FormChange[] => {
  const { path } = now;
  const [before, after] = [was.field, now.field];
  const change = (breaking: boolean, message: string): FormChange => ({ field: path, breaking, message });
  if (before.type !== after.type) return [change(true, `was ${before.type} and is ${after.type}`)];
  return [
    ...requirement(before, after).map(([breaking, message]) => change(breaking, message)),
    ...options(before.enum, after.enum).map(([breaking, message]) => change(breaking, message)),
    ...rules(before.validation ?? {}, after.validation ?? {}).map(([breaking, message]) => change(breaking, message)),
    ...(same(before.conditional, after.conditional) ? [] : [change(true, 'is shown under another condition')]),
    ...(same(before.default, after.default)
      ? []
      : [change(false, `has the default ${text(after.default)} instead of ${text(before.default)}`)]),
  ];
};

type Told = readonly [breaking: boolean, message: string];

const requirement = (before: Placed['field'], after: Placed['field']): readonly Told[] => {
  const needed = (field: Placed['field']): boolean => field.required === true && field.default === undefined;
  if (needed(before) === needed(after)) return [];
  return needed(after) ? [[true, 'has become required']] : [[false, 'may be left empty now']];
};

const valueOf = (entry: EnumEntry): Json => (typeof entry === 'object' ? entry.value : entry);

const options = (before: Field['enum'], after: Field['enum']): readonly Told[] => {
  if (before === undefined && after === undefined) return [];
  if (before === undefined) return [[true, 'takes only listed values now']];
  if (after === undefined) return [[false, 'takes any value now']];
  const [old, current] = [new Set(before.map(valueOf)), new Set(after.map(valueOf))];
  const gone = [...old].filter((value) => !current.has(value));
  const fresh = [...current].filter((value) => !old.has(value));
  return [
    ...(gone.length > 0 ? [[true, `no longer offers ${gone.map(text).join(', ')}`] as const] : []),
    ...(fresh.length > 0 ? [[false, `also offers ${fresh.map(text).join(', ')}`] as const] : []),
  ];
};

const LOWER = ['min', 'minLength', 'minItems'] as const;
const UPPER = ['max', 'maxLength', 'maxItems'] as const;
/** What replaces one of these may refuse what the other took. */
const OTHER = ['pattern', 'step', 'integer', 'maxSize', 'mediaTypes'] as const;

const rules = (before: Validation, after: Validation): readonly Told[] => [
  ...LOWER.flatMap((key) => limit(key, before[key], after[key], (was, now) => now > was)),
  ...UPPER.flatMap((key) => limit(key, before[key], after[key], (was, now) => now < was)),
  ...OTHER.flatMap((key): readonly Told[] => {
    const [was, now] = [before[key], after[key]];
    if (same(was, now)) return [];
    const dropped = now === undefined || now === false;
    return [[!dropped, dropped ? `has no ${key} any more` : `has another ${key}: ${text(now)}`]];
  }),
];

type Limit = number | string | undefined;

const limit = (
  key: string,
  was: Limit,
  now: Limit,
  isTighter: (was: number | string, now: number | string) => boolean,
): readonly Told[] => {
  if (was === now) return [];
  if (now === undefined) return [[false, `has no ${key} any more`]];
  const tighter = was === undefined || isTighter(was, now);
  return [[tighter, was === undefined ? `has a ${key} of ${now}` : `has a ${key} of ${now} instead of ${was}`]];
};

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const text = (value: Json | undefined): string => (value === undefined ? 'none' : JSON.stringify(value));
