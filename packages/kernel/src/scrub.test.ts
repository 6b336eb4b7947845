import test from 'ava';
import { createScrub, scrubJson } from './scrub.ts';

const SECRET = 'pä"ss/wörd <&\'> +1?';

const echoes: readonly (readonly [how: string, text: string])[] = [
  ['as it is', SECRET],
  ['in JSON', JSON.stringify({ p: SECRET })],
  ['in JSON with escaped slashes', JSON.stringify({ p: SECRET }).replaceAll('/', '\\/')],
  ['in JSON that keeps to ASCII', '{"p":"p\\u00e4\\"ss/w\\u00f6rd <&\'> +1?"}'],
  ['in JSON that keeps to ASCII and escapes slashes', '{"p":"p\\u00e4\\"ss\\/w\\u00f6rd <&\'> +1?"}'],
  ['in a query', `/?p=${encodeURIComponent(SECRET)}&q=1`],
  ['in a query with lower-case escapes', `/?p=p%c3%a4%22ss%2fw%c3%b6rd%20%3c%26'%3e%20%2b1%3f&q=1`],
  ['in a form', String(new URLSearchParams({ p: SECRET, q: '1' }))],
  ['in HTML', '<b>pä&quot;ss/wörd &lt;&amp;&#39;&gt; +1?</b>'],
  ['in HTML with another apostrophe', '<b>pä&quot;ss/wörd &lt;&amp;&#x27;&gt; +1?</b>'],
  ['in JSON within JSON', JSON.stringify({ got: JSON.stringify({ p: SECRET }) })],
  ['in JSON in a query', `/?p=${encodeURIComponent(JSON.stringify({ p: SECRET }))}`],
  ['in JSON in hexadecimal', Buffer.from(JSON.stringify({ p: SECRET })).toString('hex')],
  ['in JSON in Base64', Buffer.from(JSON.stringify({ p: SECRET })).toString('base64')],
  ['in hexadecimal', Buffer.from(SECRET).toString('hex')],
  ['in upper-case hexadecimal', Buffer.from(SECRET).toString('hex').toUpperCase()],
  ['in Base64', Buffer.from(SECRET).toString('base64')],
];

test('a secret is taken out in every shape in which targets give it back', (t) => {
  const scrub = createScrub([SECRET]);
  for (const [how, text] of echoes) {
    t.true(text.length > 10);
    const cleaned = scrub(text);
    t.true(cleaned.includes('[redacted]'), how);
    t.false(/w(ö|\\u00f6|%c3%b6)rd/i.test(cleaned), how);
  }
});

test('a secret is found in the Base64 of a longer text, wherever it stands there', (t) => {
  const scrub = createScrub(['Tr0ub4dor&3']);
  for (const user of ['', 'a', 'ab', 'abc', 'abcd']) {
    for (const encoding of ['base64', 'base64url'] as const) {
      const text = Buffer.from(`${user}:Tr0ub4dor&3:and more`).toString(encoding);
      t.true(scrub(text).includes('[redacted]'), `${user} ${encoding}`);
    }
  }
});

test('a key of several lines is taken out line by line too, as it is and in Base64 that is broken into lines', (t) => {
  const line = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj';
  const pem = `-----BEGIN PRIVATE KEY-----\n${line}\n${line.toLowerCase()}\nshort==\n-----END PRIVATE KEY-----\n`;
  const scrub = createScrub([pem]);
  t.false(scrub(`1: ${line}\n2: ${line.toLowerCase()}\r\n`).includes(line.slice(0, 20)));
  for (const width of [64, 76]) {
    const encoded = Buffer.from(pem).toString('base64');
    const broken = encoded.replaceAll(new RegExp(`.{${width}}`, 'g'), '$&\r\n');
    t.notRegex(scrub(broken), /[A-Za-z0-9+/]{20}/);
  }
});

test('a secret that is part of another one leaves nothing of the longer one', (t) => {
  t.is(createScrub(['pass', 'password-1'])('is password-1 or pass'), 'is [redacted] or [redacted]');
});

test('names of members and numbers are cleaned like texts, and all else stays', (t) => {
  const scrub = createScrub(['12345678', 'hidden']);
  t.deepEqual(scrubJson({ a: [12_345_678, 5, true, null], hidden: 'x', b: { c: 'is hidden' } }, scrub), {
    a: ['[redacted]', 5, true, null],
    '[redacted]': 'x',
    b: { c: 'is [redacted]' },
  });
});
