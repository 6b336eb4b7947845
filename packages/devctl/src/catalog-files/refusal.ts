import type { Finding } from '@pao/documents';

/** Why a file was not read, in the form in which everything else that is wrong with documents is said. */
export const refusal = (path: string, code: string, message: string, hint?: string): Finding => ({
  code,
  severity: 'error',
  message,
  path,
  line: 1,
  column: 1,
  ...(hint === undefined ? {} : { hint }),
});

/** The code of a system error, such as `ENOENT`. */
export const systemCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
