import type { Field, Scalar, Validation } from '../document.ts';
import { definitionOf, type FormField } from '../form/definition.ts';
import { checkValue } from '../form/rules.ts';
import { sizeInBytes } from '../form/sizes.ts';
import { compilePattern } from '../patterns.ts';
import type { Path } from '../pointer.ts';
import { type Report, repeated } from './report.ts';

const MAX_UPLOAD = 700 * 1024;

/** What one field says of itself: choices, limits and default must agree. */
export const checkField = (field: Field, path: Path, report: Report): void => {
  if (field.enum !== undefined) checkEnum(field.enum.map(valueOf), [...path, 'enum'], report);
  if (field.validation !== undefined) checkRanges(field.validation, [...path, 'validation'], report);
  if (field.default !== undefined) checkDefault(field, path, report);
};

const valueOf = (entry: NonNullable<Field['enum']>[number]): Scalar =>
  typeof entry === 'object' ? entry.value : entry;

const checkEnum = (values: readonly Scalar[], path: Path, report: Report): void => {
  for (const index of repeated(values.map((value) => `${typeof value} ${value}`))) {
    report('ENUM_VALUE_REPEATED', [...path, index], `\`${values[index]}\` is offered twice.`);
  }
  const [first] = values;
  const other = values.findIndex((value) => typeof value !== typeof first);
  if (other === -1) return;
  report(
    'ENUM_VALUE_TYPE',
    [...path, other],
    `\`${values[other]}\` is a ${typeof values[other]}, others are of type ${typeof first}.`,
    {
      hint: 'put all of them in quotes, or none',
    },
  );
};

const PAIRS = [
  ['minLength', 'maxLength'],
  ['min', 'max'],
  ['minItems', 'maxItems'],
] as const;

const checkRanges = (validation: Validation, path: Path, report: Report): void => {
  for (const [low, high] of PAIRS) {
    const [from, to] = [validation[low], validation[high]];
    if (from !== undefined && to !== undefined && from > to) {
      report('RANGE_EMPTY', [...path, low], `No value is both at least ${from} (${low}) and at most ${to} (${high}).`);
    }
  }
  if (validation.maxSize !== undefined && sizeInBytes(validation.maxSize) > MAX_UPLOAD) {
    report('FILE_SIZE_TOO_LARGE', [...path, 'maxSize'], 'A request cannot carry a file of that size.', {
      hint: `at most ${MAX_UPLOAD} bytes`,
    });
  }
};

const checkDefault = (field: Field, path: Path, report: Report): void => {
  const at = [...path, 'default'];
  if (field.type === 'password') {
    report('DEFAULT_OF_SECRET', at, 'The default of a password can be read by everybody who reads the catalog.');
    return;
  }
  const definition = definitionOf({ name: '', groups: [{ id: 'group', name: '', fields: [field] }] }).fields[1];
  if (definition === undefined || !canJudge(definition)) return;
  const issue = checkValue(field.default, definition);
  if (issue !== undefined) report('DEFAULT_INVALID', at, `The default ${issue[1]}.`);
};

/** A pattern that cannot be run is reported where it stands. */
const canJudge = (field: FormField): boolean =>
  field.validation.pattern === undefined || compilePattern(field.validation.pattern).ok;
