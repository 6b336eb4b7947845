const LOOPBACK_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;

/** Whether a `Host` header names this machine itself. A page of another name that resolves here (DNS rebinding) does not. */
export const isLoopbackHost = (host: string): boolean => LOOPBACK_HOST.test(host);

/** Whether a page of this machine itself sent the call. `null`, the origin of sandboxed pages, is not one. */
export const isLoopbackOrigin = (origin: string): boolean => {
  const [, scheme, host] = /^(https?):\/\/(.*)$/.exec(origin) ?? [];
  return scheme !== undefined && host !== undefined && isLoopbackHost(host);
};

/** What a browser says of where a call comes from; `undefined` where it says nothing. */
export interface CallOrigin {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** `Sec-Fetch-Site` */
  readonly site: string | undefined;
}

/** Why a call that brings no credentials may not act as the demo user; undefined where it may. */
export const foreignness = ({ host, origin, site }: CallOrigin): string | undefined => {
  if (host === undefined || !isLoopbackHost(host)) return 'the Host header is not a loopback address';
  if (origin !== undefined && !isLoopbackOrigin(origin)) return 'the Origin is not a loopback address';
  if (site === 'cross-site') return 'the call comes from another site';
  return undefined;
};
