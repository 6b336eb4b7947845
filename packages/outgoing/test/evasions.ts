/**
 * Every way we know of to have a guard call what it must not, tried in earnest: on this machine listens, at 127.0.0.1 and ::1, what
 * would be touched. `answers` are those of the address book, one list for each time it is asked.
 */
interface Evasion {
  readonly how: string;
  readonly urls: readonly string[];
  readonly answers?: readonly (readonly string[])[];
}

export const LOCAL = [['127.0.0.1']] as const;

export const EVASIONS: readonly Evasion[] = [
  {
    how: 'loopback as it is, and its neighbours',
    urls: [
      '127.0.0.1',
      '127.0.0.2',
      '127.255.255.254',
      '127.1.2.3',
      '[::1]',
      '[0::1]',
      '[0:0:0:0:0:0:0:1]',
      '[::0001]',
    ],
  },
  { how: 'short forms', urls: ['127.1', '127.0.1', '127.65535', '0', '0.0', '0.0.0', '0.0.0.0', '[::]', '[0::]'] },
  {
    how: 'one decimal number',
    urls: ['2130706433', '2130706434', '2852039166', '3232235521', '167772161', '4294967295'],
  },
  {
    how: 'octal',
    urls: [
      '0177.0.0.1',
      '0177.1',
      '017700000001',
      '00000177.0.0.1',
      '0177.00.00.01',
      '0251.0376.0251.0376',
      '012.0.0.1',
    ],
  },
  {
    how: 'hexadecimal',
    urls: [
      '0x7f000001',
      '0x7f.1',
      '0x7F.0x0.0x0.0x1',
      '0x7f.0.0.1',
      '0x0',
      '0xa9fea9fe',
      '0xa9.254.0xa9.254',
      '0xC0A80001',
    ],
  },
  { how: 'mixed bases', urls: ['0177.0x0.0.01', '127.0x1', '0x7f.0.01', '0251.254.0xa9fe', '192.0250.1'] },
  {
    how: 'digits and dots of other scripts',
    urls: [
      '①②⑦.⓪.⓪.①',
      '①②⑦.0.0.1',
      '１２７.０.０.１',
      '127。0。0。1',
      '127．0．0．1',
      '127｡0｡0｡1',
      '𝟏𝟐𝟕.𝟎.𝟎.𝟏',
      '⑯⑨.254.169.254',
      '²¹³⁰⁷⁰⁶⁴³³',
    ],
  },
  {
    how: 'percent-encoding',
    urls: ['127%2e0%2e0%2e1', '%31%32%37.0.0.1', '%6c%6f%63alhost', '127.0.0.%31', '%30x7f.1', '%EF%BC%9127.0.0.1'],
  },
  { how: 'a dot at the end', urls: ['127.0.0.1.', '0x7f.1.', '2130706433.', 'localhost.'], answers: LOCAL },
  {
    how: 'userinfo before the host',
    urls: [
      'example.com@127.0.0.1',
      'example.com:80@127.0.0.1',
      'a:b@[::1]',
      '%40@127.0.0.1',
      'example.com%23@127.0.0.1',
      'example.com%2f@127.0.0.1',
    ],
  },
  {
    how: 'a backslash, a hash or a question mark as a border',
    urls: [
      '127.0.0.1\\example.com',
      '127.0.0.1\\@example.com',
      '127.0.0.1#@example.com',
      '127.0.0.1?@example.com',
      '127.0.0.1/@example.com',
    ],
  },
  {
    how: 'white space and control characters that parsers drop',
    urls: ['127.0\t.0.1', '127.0\n.0.1', '127\r.0.0.1', '\t127.0.0.1', '127.0.0.1\n', 'local\thost'],
    answers: LOCAL,
  },
  {
    how: 'invisible characters',
    urls: ['local\u00adhost', '127.0.0\u200b.1', 'localh\u2060ost', '127.0.0.\ufe0f1'],
    answers: LOCAL,
  },
  { how: 'upper case', urls: ['LOCALHOST', 'LocalHost', '[::FFFF:127.0.0.1]', '0X7F.1', 'ⓛⓞⓒⓐⓛⓗⓞⓢⓣ'], answers: LOCAL },
  {
    how: 'IPv4 inside of IPv6: mapped',
    urls: [
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
      '[0:0:0:0:0:ffff:7f00:0001]',
      '[::ffff:169.254.169.254]',
      '[::ffff:0:0]',
      '[::ffff:10.0.0.1]',
    ],
  },
  { how: 'compatible and translated', urls: ['[::127.0.0.1]', '[::7f00:1]', '[::ffff:0:127.0.0.1]', '[::10.0.0.1]'] },
  {
    how: '6to4',
    urls: ['[2002:7f00:1::]', '[2002:7f00:0001::1]', '[2002:a9fe:a9fe::]', '[2002:a00:1::1]', '[2002:c0a8:1::]'],
  },
  {
    how: 'NAT64',
    urls: ['[64:ff9b::127.0.0.1]', '[64:ff9b::7f00:1]', '[64:ff9b::a9fe:a9fe]', '[64:ff9b:1::10.0.0.1]'],
  },
  {
    how: 'Teredo and other tunnels',
    urls: ['[2001::7f00:1]', '[2001:0:7f00:1::]', '[2001:0:a9fe:a9fe::1]', '[2001:20::1]'],
  },
  {
    how: 'networks of this machine and its neighbours',
    urls: [
      '10.0.0.1',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.0.1',
      '100.64.0.1',
      '198.18.0.1',
      '[fc00::1]',
      '[fd00::1]',
      '[fe80::1]',
      '[fec0::1]',
    ],
  },
  {
    how: 'multicast, broadcast and reserved',
    urls: [
      '224.0.0.1',
      '255.255.255.255',
      '240.0.0.1',
      '192.0.0.8',
      '192.0.2.1',
      '[ff02::1]',
      '[100::1]',
      '[2001:db8::1]',
    ],
  },
  {
    how: 'metadata of clouds',
    urls: ['169.254.169.254', '169.254.170.2', '[fd00:ec2::254]', '192.0.0.192', '100.100.100.200', '168.63.129.16'],
  },
  {
    how: 'names whose address is local',
    urls: [
      'localhost',
      'localtest.me',
      '127.0.0.1.nip.io',
      '7f000001.sslip.io',
      'spoofed.burpcollaborator.net',
      'metadata.google.internal',
      'a.b.c.d.e.example.com',
    ],
    answers: LOCAL,
  },
  { how: 'names whose IPv6 address is local', urls: ['ip6-localhost', 'v6.example.com'], answers: [['::1']] },
  { how: 'names whose address carries a local one', urls: ['mapped.example.com'], answers: [['::ffff:127.0.0.1']] },
  { how: 'names whose address has a zone', urls: ['zone.example.com'], answers: [['fe80::1%lo']] },
  { how: 'names that are tunnelled', urls: ['sixtofour.example.com'], answers: [['2002:7f00:1::']] },
  {
    how: 'several answers, one of them private',
    urls: ['several.example.com'],
    answers: [['93.184.215.14', '127.0.0.1']],
  },
  {
    how: 'several answers, the private one first',
    urls: ['first.example.com'],
    answers: [['127.0.0.1', '93.184.215.14']],
  },
  { how: 'an answer for each family', urls: ['both.example.com'], answers: [['93.184.215.14', '::1']] },
  { how: 'an alias (CNAME) of a local name', urls: ['alias.example.com'], answers: [['169.254.169.254']] },
  { how: 'answers that are none', urls: ['garbage.example.com'], answers: [['127.1']] },
  { how: 'no answer', urls: ['none.example.com'], answers: [[]] },
];
