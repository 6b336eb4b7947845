/** Where a document's `repository` leads. */
export type RepositoryAddress =
  /** `owner/name`, or `instance:owner/name`. */
  | { readonly kind: 'github'; readonly instance: string | undefined; readonly owner: string; readonly repo: string }
  | {
      readonly kind: 'remote';
      readonly protocol: 'https' | 'http' | 'ssh' | 'file';
      /** As git takes it, without a password. */
      readonly url: string;
      /** Of the host, in lower case; empty for files. */
      readonly host: string;
      readonly port: number;
      /** Without slash at either end, and without `.git`. */
      readonly path: string;
    };

const PART = '[A-Za-z0-9_.-]{1,100}';
const GITHUB = new RegExp(`^(?:([a-z][a-z0-9-]{0,63}):)?(${PART})/(${PART})$`);
const SCP = /^([A-Za-z0-9_.-]{1,64})@([A-Za-z0-9.-]{1,253}):([^\s:][^\s]{0,400})$/;
const PORTS: { readonly [protocol: string]: number } = { https: 443, http: 80, ssh: 22, file: 0 };

const plainPath = (path: string): string => path.replace(/^\/+|\/+$/g, '').replace(/\.git$/, '');

const isProtocol = (text: string): text is 'https' | 'http' | 'ssh' | 'file' => Object.hasOwn(PORTS, text);

const isDots = (part: string | undefined): boolean => part === '.' || part === '..';

/** Undefined for anything that is no address, or carries a password. */
export const parseRepository = (text: string): RepositoryAddress | undefined => {
  // An option for git, and characters that no address has.
  if (text.startsWith('-') || /[\p{Cc}\s]/u.test(text)) return undefined;
  const [, instance, owner, repo] = GITHUB.exec(text) ?? [];
  if (owner !== undefined && repo !== undefined) {
    return isDots(owner) || isDots(repo) ? undefined : { kind: 'github', instance, owner, repo: plainPath(repo) };
  }
  const [, user, host, path] = SCP.exec(text) ?? [];
  if (host !== undefined && path !== undefined) {
    return remoteOf(new URL(`ssh://${user}@${host}/${path.replace(/^\/+/, '')}`), text);
  }
  return URL.canParse(text) ? remoteOf(new URL(text), text) : undefined;
};

const remoteOf = (url: URL, text: string): RepositoryAddress | undefined => {
  const protocol = url.protocol.slice(0, -1);
  if (!isProtocol(protocol) || url.password !== '' || url.search !== '' || url.hash !== '') return undefined;
  if (url.username !== '' && protocol !== 'ssh') return undefined;
  const host = url.hostname.toLowerCase();
  // ssh takes what starts with a hyphen for an option.
  if (protocol !== 'file' && !/^(?:[a-z0-9]|\[)/.test(host)) return undefined;
  const port = url.port === '' ? (PORTS[protocol] ?? 0) : Number(url.port);
  const path = protocol === 'file' ? url.pathname : plainPath(url.pathname);
  return path === '' || path.split('/').some(isDots)
    ? undefined
    : { kind: 'remote', protocol, url: text, host, port, path };
};
