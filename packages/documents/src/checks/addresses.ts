/** True for an address that means this machine, or its link: never what a platform API is reached at from outside. */
export const isInternalHost = (hostname: string): boolean => {
  const host = hostname.replace(/\.$/, '').toLowerCase();
  if (host === 'localhost' || host.endsWith('.localhost')) return true;
  if (host.startsWith('[')) return isInternalV6(host.slice(1, -1));
  return isInternalV4(host);
};

// The URL parser has turned every spelling of an IPv4 address (hexadecimal, octal, one number) into four decimals.
const isInternalV4 = (host: string): boolean => /^(127|0)(\.\d+){3}$/.test(host) || /^169\.254(\.\d+){2}$/.test(host);

const isInternalV6 = (address: string): boolean => {
  if (address === '::1' || address === '::') return true;
  if (/^fe[89ab][0-9a-f]:/.test(address)) return true;
  const embedded = /^(?:::ffff:|::|64:ff9b::|2002:)([0-9a-f]{1,4}):([0-9a-f]{1,4})(?:$|:)/.exec(address);
  return embedded !== null && isInternalV4(dotted(embedded[1] ?? '', embedded[2] ?? ''));
};

const dotted = (high: string, low: string): string => {
  const value = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return value.flatMap((part) => [part >> 8, part & 0xff]).join('.');
};
