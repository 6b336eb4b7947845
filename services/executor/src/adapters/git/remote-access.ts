import type { LookupFunction } from 'node:net';
import type { Failure, SecretStore } from '@pao/executor-sdk';
import { err, ok, type Result } from '@pao/kernel';
import type { Egress } from '@pao/outgoing';
import type { RepositoryAddress } from './repository-address.ts';

export type RemoteAddress = Extract<RepositoryAddress, { kind: 'remote' }>;

export interface RemoteOptions {
  /** Hosts, `host:port`, and `file:///folder` for repositories on this machine. */
  readonly allow: readonly string[];
  /** By host, or `host:port`. */
  readonly credentials: ReadonlyMap<string, { readonly username: string; readonly secretRef: string }>;
  readonly egress: Egress;
  readonly secrets: SecretStore;
}

/** How a remote is reached. */
export interface Access {
  readonly settings: readonly (readonly [key: string, value: string])[];
  readonly sshOptions: readonly string[];
  readonly secrets: readonly string[];
}

const refused = (message: string): Failure => ({ code: 'REPOSITORY_REFUSED', message });

const allowsFile = (allow: readonly string[], url: string): boolean =>
  allow.some((one) => one.startsWith('file:///') && (url === one || url.startsWith(`${one.replace(/\/+$/, '')}/`)));

/** Whether a remote may be named at all; nothing is asked for it. */
export const remoteProblem = (
  { protocol, host, port, url }: RemoteAddress,
  allow: readonly string[],
): Failure | undefined => {
  const isAllowed =
    protocol === 'file' ? allowsFile(allow, url) : allow.some((one) => one === host || one === `${host}:${port}`);
  if (isAllowed) return undefined;
  const named = protocol === 'file' ? 'Repositories in files' : host;
  return refused(`${named}: not among the git servers that PAO_GIT_ALLOW lists.`);
};

const addressOf = (lookup: LookupFunction, host: string): Promise<Result<string, Failure>> =>
  new Promise((resolve) => {
    lookup(host, { all: false }, (error, address) => {
      if (error) return resolve(err({ code: 'EGRESS_REFUSED', message: error.message }));
      resolve(ok(typeof address === 'string' ? address : (address[0]?.address ?? '')));
    });
  });

/** git looks names up itself, so it is told the one address that was checked. */
const pinned = async ({ host, port, protocol }: RemoteAddress, egress: Egress) => {
  const route = egress.route(new URL(`${protocol === 'http' ? 'http' : 'https'}://${host}:${port}`));
  if (!route.ok) return err<Failure>({ code: 'EGRESS_REFUSED', message: route.error });
  const { lookup } = route.value;
  const found = lookup ? await addressOf(lookup, host) : ok(route.value.host);
  if (!found.ok) return found;
  return ok({ address: found.value, port: route.value.port });
};

const credentialOf = async ({ host, port, protocol }: RemoteAddress, { credentials, secrets }: RemoteOptions) => {
  const known = credentials.get(`${host}:${port}`) ?? credentials.get(host);
  if (known === undefined || protocol === 'ssh') return ok(undefined);
  const secret = await secrets.resolve(known.secretRef);
  if (!secret.ok) return secret;
  return ok({ secret: secret.value, basic: Buffer.from(`${known.username}:${secret.value}`).toString('base64') });
};

const sshOptionsFor = (host: string, at: { readonly address: string; readonly port: number }): readonly string[] => [
  '-o StrictHostKeyChecking=yes',
  `-o HostKeyAlias=${host}`,
  `-o HostName=${at.address}`,
  `-o Port=${at.port}`,
];

/** What git must be told to reach a remote, and it alone. Credentials are in its environment, never in what is called. */
export const accessTo = async (remote: RemoteAddress, options: RemoteOptions): Promise<Result<Access, Failure>> => {
  const problem = remoteProblem(remote, options.allow);
  if (problem) return err(problem);
  const { protocol, host, port } = remote;
  if (protocol === 'file') return ok({ settings: [], sshOptions: [], secrets: [] });
  const at = await pinned(remote, options.egress);
  if (!at.ok) return at;
  if (protocol === 'ssh') return ok({ settings: [], sshOptions: sshOptionsFor(host, at.value), secrets: [] });
  const credential = await credentialOf(remote, options);
  if (!credential.ok) return credential;
  const { origin } = new URL(remote.url);
  const { address, port: there } = at.value;
  // Where the egress map leads to another port, git can't follow: only addresses can be told.
  if (there !== port) return err(refused(`${host}: git cannot be led to another port.`));
  const settings: [string, string][] = [];
  if (address !== host) settings.push(['http.curloptResolve', `${host}:${port}:${address}`]);
  if (credential.value)
    settings.push([`http.${origin}/.extraHeader`, `Authorization: Basic ${credential.value.basic}`]);
  return ok({
    settings,
    sshOptions: [],
    secrets: credential.value ? [credential.value.secret, credential.value.basic] : [],
  });
};
