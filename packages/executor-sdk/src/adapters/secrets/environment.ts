import { err, ok } from '@pao/kernel';
import type { SecretStore } from '../../core/ports/secret-store.ts';
import { notFound, storeUnknown } from './failures.ts';

/** The prefix of the variables that documents may refer to. */
export const SECRET_PREFIX = 'PAO_SECRET_';

/**
 * Secrets from the environment: `env:GITOPS_TOKEN` is the variable `PAO_SECRET_GITOPS_TOKEN`. With the prefix, no document can name
 * a variable that is not meant for documents, such as the executor's own credentials.
 */
export const createEnvironmentSecrets = (secrets: ReadonlyMap<string, string>): SecretStore => ({
  resolve: async (reference) => {
    const name = /^env:([A-Za-z_][A-Za-z0-9_]*)$/.exec(reference)?.[1];
    if (name === undefined)
      return err(storeUnknown(reference, 'is in no store that this executor reads; it reads env:NAME.'));
    const secret = secrets.get(name);
    if (secret !== undefined && secret !== '') return ok(secret);
    return err(notFound(reference, `is not there: set ${SECRET_PREFIX}${name} where the executor runs.`));
  },
});
