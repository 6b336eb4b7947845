import { err, type JsonObject, ok, type Result } from '@pao/kernel';
import type { z } from 'zod';
import type { Failure } from '../core/domain/verdict.ts';

/** A configuration as its schema has it, or a failure that names the first place that is wrong. Values are left out. */
export const parseConfig = <S extends z.ZodType>(schema: S, config: JsonObject): Result<z.output<S>, Failure> => {
  const parsed = schema.safeParse(config);
  if (parsed.success) return ok(parsed.data);
  const issues = parsed.error.issues.map(({ path, message }) => ({ path: ['config', ...path].join('.'), message }));
  const [first] = issues;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  return err({
    code: 'CONFIG_INVALID',
    message: `${first?.path ?? 'config'}: ${first?.message ?? 'is not valid'}${more}`,
    evidence: { issues: issues.slice(0, 20) },
  });
};

export const configInvalid = (path: string, issue: string): Failure => ({
  code: 'CONFIG_INVALID',
  message: `config.${path}: ${issue}`,
});

export const unsupported = (path: string): Failure => ({
  code: 'ACTION_UNSUPPORTED',
  message: `config.${path} is not supported by this executor.`,
});
