import type { Failure, SecretStore } from '@pao/executor-sdk';
import { secretDenied as denied, secretNotFound as notFound, secretUnusable as unusable } from '@pao/executor-sdk';
import { err, type Result } from '@pao/kernel';
import { textOfMember } from './json-member.ts';
import { memberOf, type VaultAnswer, type VaultOptions, VaultRefusedError } from './vault-client.ts';
import { createVaultSession, type VaultSession } from './vault-session.ts';

export interface VaultSecrets extends SecretStore {
  close(): void;
}

interface Place {
  /** Mount and path, encoded. */
  readonly path: string;
  readonly key: string;
}

/** A part between slashes, as Vault names it: none that would lead elsewhere in a URL. */
const isPart = (part: string): boolean => part !== '' && part !== '.' && part !== '..';

const placeOf = (reference: string): Place | undefined => {
  const [whole = '', key, ...rest] = reference.slice('vault:'.length).split('#');
  const parts = whole.split('/');
  if (key === undefined || key === '' || rest.length > 0 || parts.length < 2 || !parts.every(isPart)) return undefined;
  return { path: parts.map(encodeURIComponent).join('/'), key };
};

interface Mount {
  /** Ends with a slash. */
  readonly path: string;
  readonly version: 1 | 2;
}

/** As the vault command asks it; the answer is about the mount alone, and needs no right but one on something within it. */
const mountOf = async (session: VaultSession, path: string): Promise<Mount | VaultAnswer> => {
  const answer = await session.call({ method: 'GET', path: `sys/internal/ui/mounts/${path}` });
  const data = memberOf(answer.body, 'data');
  const mount = memberOf(data, 'path');
  if (answer.status !== 200 || typeof mount !== 'string') return answer;
  const version = memberOf(memberOf(data, 'options'), 'version');
  const encoded = mount.split('/').map(encodeURIComponent).join('/');
  return { path: encoded.endsWith('/') ? encoded : `${encoded}/`, version: version === '2' || version === 2 ? 2 : 1 };
};

const failureOf = (status: number, reference: string): Failure => {
  if (status === 404) return notFound(reference, 'is not there: write it into Vault, or correct the reference.');
  if (status === 401 || status === 403)
    return denied(
      reference,
      `is not given to this executor (Vault answered ${status}): look at the policies of its token or role.`,
    );
  return unusable(reference, `can't be read (Vault answered ${status}): look at the path, its engine must be KV.`);
};

const read = async (
  session: VaultSession,
  { path, key }: Place,
  reference: string,
): Promise<Result<string, Failure>> => {
  const mount = await mountOf(session, path);
  if (!('version' in mount)) return err(failureOf(mount.status, reference));
  if (!`${path}/`.startsWith(mount.path))
    return err(unusable(reference, 'lies in no mount that Vault knows by this name.'));
  const rest = path.slice(mount.path.length);
  const at = mount.version === 2 ? `${mount.path}data/${rest}` : `${mount.path}${rest}`;
  const answer = await session.call({ method: 'GET', path: at });
  if (answer.status !== 200) return err(failureOf(answer.status, reference));
  const data = memberOf(answer.body, 'data');
  return textOfMember(mount.version === 2 ? memberOf(data, 'data') : data, key, reference);
};

/** HashiCorp Vault, engine KV in either version: `vault:<mount>/<path>#<key>`. */
export const createVaultSecrets = (options: VaultOptions): VaultSecrets => {
  const session = createVaultSession(options);
  return {
    close: () => session.close(),
    resolve: async (reference) => {
      const place = placeOf(reference);
      if (place === undefined) return err(unusable(reference, 'is not vault:<mount>/<path>#<key>.'));
      try {
        return await read(session, place, reference);
      } catch (thrown) {
        if (!(thrown instanceof VaultRefusedError)) throw thrown;
        return err(denied(reference, `can't be asked for: ${thrown.message}.`));
      }
    },
  };
};
