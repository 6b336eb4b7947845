import { configInvalid, type Failure, type SecretStore } from '@pao/executor-sdk';
import { err, ok, type Result } from '@pao/kernel';
import type { RestApiConfig } from './config.ts';

export interface ResolvedHeaders {
  /** Names in lower case. */
  readonly headers: Record<string, string>;
  /** Every secret text that went into them. */
  readonly secrets: readonly string[];
}

const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const NOT_IN_A_VALUE = /[^\t\x20-\x7e\x80-\xff]/;
/** The connection is ours, and so is where the message ends. */
const OURS = /^(?:host|connection|content-length|transfer-encoding|upgrade|te|trailer|expect|keep-alive|proxy-.*)$/;

/** Why there can't be such a header. The value is never named: it may be a secret. */
export const checkHeader = (name: string, value: string): Failure | undefined => {
  if (!NAME.test(name)) return configInvalid(`headers.${name}`, 'is not a header name');
  if (OURS.test(name.toLowerCase())) return configInvalid(`headers.${name}`, 'is set by the executor');
  if (NOT_IN_A_VALUE.test(value))
    return configInvalid(`headers.${name}`, 'holds characters that a header cannot carry');
  return undefined;
};

/** The document's headers, secrets filled in. Line breaks and headers of the connection are refused. */
export const resolveHeaders = async (
  given: RestApiConfig['headers'],
  secretStore: SecretStore,
): Promise<Result<ResolvedHeaders, Failure>> => {
  const headers: Record<string, string> = {};
  const secrets: string[] = [];
  for (const [name, content] of Object.entries(given)) {
    const value = typeof content === 'object' ? await secretStore.resolve(content.secretRef) : ok(String(content));
    if (!value.ok) return value;
    if (typeof content === 'object') secrets.push(value.value);
    const failure = checkHeader(name, value.value);
    if (failure) return err(failure);
    headers[name.toLowerCase()] = value.value;
  }
  return ok({ headers, secrets });
};
