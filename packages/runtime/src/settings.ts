import { z } from 'zod';

/** A whole number in a variable, within bounds. */
export const integerSetting = (bounds: { readonly min: number; readonly max?: number }) =>
  z.coerce
    .number()
    .int()
    .min(bounds.min)
    .max(bounds.max ?? Number.MAX_SAFE_INTEGER);

/** A TCP port; 0 lets the system choose. */
export const portSetting = () => integerSetting({ min: 0, max: 65_535 });

/** `true`, `1`, `yes`, `on` and their opposites. */
export const booleanSetting = () => z.stringbool();

/** An http or https address without a trailing slash, query or fragment. */
export const urlSetting = () =>
  z
    .url({ protocol: /^https?$/, error: 'is not an http(s) address' })
    .refine((url) => !/[?#]/.test(url), 'has a query or a fragment')
    .overwrite((url) => url.replace(/\/+$/, ''));

/** Comma-separated words; an empty list when the variable is absent. */
export const listSetting = () =>
  z
    .string()
    .default('')
    .transform((text) => text.split(',').flatMap((word) => word.trim() || []));

/** JSON text, parsed and then checked by a schema of its own. */
export const jsonSetting = <S extends z.ZodType>(schema: S) =>
  z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        // The parser's own message quotes the text, which may be a secret.
        context.addIssue({ code: 'custom', message: 'is not valid JSON' });
        return z.NEVER;
      }
    })
    .pipe(schema);

export const logLevelSetting = () =>
  z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .meta({ description: 'Least severity that is logged' });

interface AwsSettings {
  readonly AWS_ENDPOINT_URL?: string | undefined;
  readonly AWS_ACCESS_KEY_ID?: string | undefined;
  readonly AWS_SECRET_ACCESS_KEY?: string | undefined;
}

export interface AwsEmulator {
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/**
 * How to reach an emulator of SNS and SQS; nothing where AWS itself is meant. Keys are given along only to an emulator: on AWS
 * they may be short-lived, which only the SDK's own chain knows how to renew.
 */
export const awsEmulator = (settings: AwsSettings): AwsEmulator => {
  const {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  } = settings;
  if (endpoint === undefined) return {};
  if (accessKeyId === undefined || secretAccessKey === undefined) return { endpoint };
  return { endpoint, credentials: { accessKeyId, secretAccessKey } };
};
