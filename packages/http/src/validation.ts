import type { ErrorDetail } from '@pao/contracts';
import type { z } from 'zod';
import { refuse } from './errors.ts';

const fieldPath = (path: readonly PropertyKey[]): string =>
  path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${String(part)}`))
    .join('');

const detailsOf = (issue: z.core.$ZodIssue): readonly ErrorDetail[] => {
  if (issue.code !== 'unrecognized_keys') return [{ field: fieldPath(issue.path), issue: issue.message }];
  return issue.keys.map((key) => ({ field: fieldPath([...issue.path, key]), issue: 'is not a field here' }));
};

const MAX_DETAILS = 100;

/** One detail a field, with its path as `items[0].input.name`; at most a hundred. */
const detailsOfIssues = (error: z.ZodError): readonly ErrorDetail[] =>
  error.issues.flatMap(detailsOf).slice(0, MAX_DETAILS);

/** Query parameters by name. One given twice is refused: which of the two counts would be a guess. */
export const readQuery = (text: string): Record<string, string> => {
  const query: Record<string, string> = Object.create(null);
  if (text === '') return query;
  for (const [name, value] of new URLSearchParams(text)) {
    if (name in query) {
      refuse({
        code: 'INVALID_REQUEST',
        message: 'A query parameter is given twice.',
        details: [{ field: name, issue: 'is given twice' }],
      });
    }
    query[name] = value;
  }
  return query;
};

const REFUSALS = {
  path: { code: 'INVALID_REQUEST', message: 'The path has a parameter that is not valid.' },
  query: { code: 'INVALID_REQUEST', message: 'The query is not valid.' },
  body: { code: 'VALIDATION_FAILED', message: 'The body is not valid; details names each field.' },
} as const;

const hasNul = (values: unknown): boolean =>
  Object.values(values ?? {}).some((value) => typeof value === 'string' && value.includes('\0'));

/** A part of a call in the shape its contract gives it; refused with a detail a field where it has another. */
export const parsePart = (part: keyof typeof REFUSALS, schema: z.ZodType, value: unknown): unknown => {
  if (part !== 'body' && hasNul(value))
    refuse({ ...REFUSALS[part], message: 'A parameter has a NUL character (U+0000).' });
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  if (part === 'body' && value === undefined) return refuse({ code: 'INVALID_JSON', message: 'The body is missing.' });
  return refuse({ ...REFUSALS[part], details: detailsOfIssues(parsed.error) });
};
