import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { err, ok, type Result } from '@pao/kernel';
import { refusalOf } from './addresses.ts';

export interface Endpoint {
  /** As in a URL: in lower case, IPv6 in brackets. */
  readonly hostname: string;
  readonly port: number;
}

export interface EgressRules {
  /** `host:port` as URLs name them; these may have any address. */
  readonly allow: ReadonlySet<string>;
  /** `host:port` to where it is called instead, as with curl's --connect-to. */
  readonly map: ReadonlyMap<string, Endpoint>;
}

/** Where a URL is called. */
interface Route {
  /** Without brackets. */
  readonly host: string;
  readonly port: number;
  /** Absent where any address may be called. */
  readonly lookup?: LookupFunction;
}

/** The address book answered with an address that must not be called. */
export class EgressRefusedError extends Error {
  override readonly name = 'EgressRefusedError';
}

export interface Egress {
  /** The error is a sentence that says what to set. */
  route(url: URL): Result<Route, string>;
}

const DEFAULT_PORTS: { readonly [protocol: string]: number } = { 'http:': 80, 'https:': 443 };

export const authorityOf = ({ hostname, port }: Endpoint): string => `${hostname}:${port}`;

/** `host:port`, normalised the way URLs are; undefined for anything else. */
export const parseEndpoint = (text: string): Endpoint | undefined => {
  const parts = /^(\[[0-9a-fA-F:.]+\]|[^\s:/?#@[\]]+):(\d{1,5})$/.exec(text.trim());
  if (parts === null || !URL.canParse(`http://${parts[1]}`)) return undefined;
  const port = Number(parts[2]);
  return port > 0 && port < 65_536 ? { hostname: new URL(`http://${parts[1]}`).hostname, port } : undefined;
};

const withoutBrackets = (hostname: string): string => (hostname.startsWith('[') ? hostname.slice(1, -1) : hostname);

const hint = (authority: string, why: string): string =>
  `Calls to ${authority} are refused: ${why}. If it is meant to be called, add ${authority} to PAO_EGRESS_ALLOW.`;

type Resolve = (
  hostname: string,
  options: { readonly all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** Resolves once, refuses when any of the answers is refused, and hands on only what it checked: nothing is asked twice. */
const guardedLookup =
  (authority: string, resolve: Resolve): LookupFunction =>
  (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      for (const { address } of addresses) {
        const why = refusalOf(address);
        if (why) return callback(new EgressRefusedError(hint(authority, `${address} is ${why}`)), []);
      }
      const [first] = addresses;
      if (first === undefined) return callback(new EgressRefusedError(hint(authority, 'it has no address')), []);
      return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
    });
  };

/**
 * Decides where a URL may be called. Only http and https, no credentials in the URL; loopback, private and other addresses off
 * the public internet only where the rules name `host:port`. Node does not look up literal addresses, so these are checked here, the
 * others in the lookup whose answers the connection uses. Proxy variables have no say, redirects are not followed anywhere.
 */
export const createEgress = (rules: EgressRules, resolve: Resolve = systemLookup): Egress => {
  const guarded = (endpoint: Endpoint): Result<Route, string> => {
    const authority = authorityOf(endpoint);
    const host = withoutBrackets(endpoint.hostname);
    if (rules.allow.has(authority)) return ok({ host, port: endpoint.port });
    if (isIP(host) !== 0) {
      const why = refusalOf(host);
      return why ? err(hint(authority, `it is ${why}`)) : ok({ host, port: endpoint.port });
    }
    return ok({ host, port: endpoint.port, lookup: guardedLookup(authority, resolve) });
  };
  return {
    route: (url) => {
      const fallback = DEFAULT_PORTS[url.protocol];
      if (fallback === undefined) return err(`${url.protocol}// is not called, only http:// and https://.`);
      if (url.username !== '' || url.password !== '')
        return err('The URL carries credentials: use authentication instead.');
      const named = { hostname: url.hostname, port: url.port === '' ? fallback : Number(url.port) };
      return guarded(rules.map.get(authorityOf(named)) ?? named);
    },
  };
};
