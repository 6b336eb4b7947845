import type { Result } from '@pao/kernel';
import type { Failure } from '../domain/verdict.ts';

/** Turns a reference such as `env:NAME` into the secret, at the last moment. Failures name the reference, never a value. */
export interface SecretStore {
  resolve(reference: string): Promise<Result<string, Failure>>;
}
