import { BlockList, isIP } from 'node:net';

type Network = readonly [address: string, prefix: number];

const listOf = (family: 'ipv4' | 'ipv6', networks: readonly Network[]): BlockList => {
  const list = new BlockList();
  for (const [address, prefix] of networks) list.addSubnet(address, prefix, family);
  return list;
};

/** IPv4 that is not the public internet, by what it is (IANA special-purpose registry). */
const IPV4: readonly (readonly [reason: string, list: BlockList])[] = (
  [
    ['a loopback address', [['127.0.0.0', 8]]],
    [
      'a private address',
      [
        ['10.0.0.0', 8],
        ['172.16.0.0', 12],
        ['192.168.0.0', 16],
      ],
    ],
    ['a link-local address', [['169.254.0.0', 16]]],
    ['a shared (carrier NAT) address', [['100.64.0.0', 10]]],
    ['a multicast address', [['224.0.0.0', 4]]],
    // Azure's own, which gives settings and secrets to every machine there; its number looks public.
    ['an address of the cloud itself', [['168.63.129.16', 32]]],
    [
      'a reserved address',
      [
        ['0.0.0.0', 8],
        ['192.0.0.0', 24],
        ['192.0.2.0', 24],
        ['192.88.99.0', 24],
        ['198.18.0.0', 15],
        ['198.51.100.0', 24],
        ['203.0.113.0', 24],
        ['240.0.0.0', 4],
      ],
    ],
  ] as const
).map(([reason, networks]) => [reason, listOf('ipv4', networks)]);

/**
 * IPv6 is refused unless it is global unicast, which leaves out loopback, unique local, link-local, multicast and every form that
 * carries an IPv4 address outside of it (mapped, compatible, NAT64).
 */
const IPV6_GLOBAL = listOf('ipv6', [['2000::', 3]]);
/** Inside of it: protocol assignments with Teredo, documentation, and 6to4, which carries any IPv4 address. */
const IPV6_SPECIAL = listOf('ipv6', [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]);

/** Why an address is no place to call from here, or undefined for one on the public internet. */
export const refusalOf = (address: string): string | undefined => {
  switch (isIP(address)) {
    case 4:
      return IPV4.find(([, list]) => list.check(address, 'ipv4'))?.[0];
    case 6:
      if (address.includes('%') || !IPV6_GLOBAL.check(address, 'ipv6')) return 'not a global address';
      return IPV6_SPECIAL.check(address, 'ipv6') ? 'a reserved address' : undefined;
    default:
      return 'not an address';
  }
};
