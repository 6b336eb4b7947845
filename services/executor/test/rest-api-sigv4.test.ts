import { createHash, createHmac } from 'node:crypto';
import { createEnvironmentSecrets } from '@pao/executor-sdk';
import type { JsonObject } from '@pao/kernel';
import { httpServer, type ReceivedRequest } from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import { createRestApiAction } from '../src/adapters/rest-api/action.ts';
import { NAME, refused, senderTo, tried } from './support/effects.ts';

const ID = 'AKIDEXAMPLE';
const KEY = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const SESSION = 'FwoGZXIvYXdzEXAMPLE+session/token==';

const SECRETS = new Map([
  ['JSON', JSON.stringify({ accessKeyId: ID, secretAccessKey: KEY, sessionToken: SESSION })],
  ['PAIR', `${ID}:${KEY}`],
  ['BROKEN', '{"accessKeyId":"AKIDEXAMPLE","secretAccessKey":'],
  ['EMPTY', '{}'],
  ['WORD', 'canary-of-the-secret'],
]);

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** As AWS writes a path or a name: every byte but those of RFC 3986's unreserved characters. */
const encoded = (text: string): string =>
  [...Buffer.from(text)]
    .map((byte) =>
      /[\w.~-]/.test(String.fromCharCode(byte))
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('');

const canonicalQuery = (query: string): string =>
  query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => pair.split('=').map((text) => encoded(decodeURIComponent(text))))
    .toSorted(([a = '', x = ''], [b = '', y = '']) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1))
    .map((pair) => pair.join('='))
    .join('&');

/** What AWS computes of a request that came in, written from its description of Signature Version 4 and nothing else. */
const signatureOf = (request: ReceivedRequest, { region, service }: { region: string; service: string }) => {
  const [path = '/', query = ''] = request.url.split('?', 2);
  const { authorization = '' } = request.headers;
  const names = /SignedHeaders=([^,]+)/.exec(authorization)?.[1]?.split(';') ?? [];
  const date = String(request.headers['x-amz-date']);
  // S3 signs the path encoded once, everything else what came in encoded once more.
  const canonicalPath = path
    .split('/')
    .map((part) => encoded(service === 's3' ? decodeURIComponent(part) : part))
    .join('/');
  const headers = names
    .map((name) => `${name}:${String(request.headers[name]).trim().replaceAll(/ +/g, ' ')}\n`)
    .join('');
  const canonical = [
    request.method,
    canonicalPath,
    canonicalQuery(query),
    headers,
    names.join(';'),
    sha256(request.body),
  ].join('\n');
  const scope = `${date.slice(0, 8)}/${region}/${service}/aws4_request`;
  const key = [region, service, 'aws4_request'].reduce(
    (at, part) => hmac(at, part),
    hmac(`AWS4${KEY}`, date.slice(0, 8)),
  );
  const signature = hmac(key, `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical)}`).toString('hex');
  return {
    names,
    expected: `AWS4-HMAC-SHA256 Credential=${ID}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  };
};

const REGION = { region: 'eu-central-1', service: 'execute-api' };

const sent = async (t: ExecutionContext, path: string, method: string, more: JsonObject): Promise<ReceivedRequest> => {
  const target = await httpServer(t, (_request, response) => response.writeHead(200).end('{}'));
  const action = createRestApiAction({
    send: senderTo(t, target),
    secrets: createEnvironmentSecrets(SECRETS),
    now: () => new Date('2026-11-21T09:00:00Z'),
  });
  const config = { endpoint: { url: `${target.url}${path}`, method }, ...more };
  t.is((await tried(action, { config })).kind, 'ok');
  t.is(target.requests.length, 1);
  return target.requests[0] as ReceivedRequest;
};

test('a request is signed so that AWS, computing it from what came in, comes to the same signature', async (t) => {
  const body = { type: 'json', contentTemplate: { name: 'a/b c', note: 'ü' } };
  const cases: readonly (readonly [path: string, method: string, more: JsonObject])[] = [
    ['/', 'GET', {}],
    ['/prod/things', 'POST', { body, headers: { 'X-Team': '  payments   and  more ' } }],
    ["/a b/ü(1)/it's!/*~x", 'PUT', { body: { type: 'text', contentTemplate: 'one\r\ntwo' } }],
    ['/things?b=2&a=1&a=0&empty=', 'GET', { query: { q: "a b+c/d'(e)*", list: ['x', 'y'], tilde: '~', snow: '☃' } }],
    ['/things/1', 'DELETE', {}],
    ['/form', 'POST', { body: { type: 'form-data', contentTemplate: { a: 'b' } } }],
  ];
  for (const service of ['execute-api', 's3']) {
    for (const secretRef of ['env:JSON', 'env:PAIR']) {
      for (const [path, method, more] of cases) {
        const authentication = { type: 'aws-sigv4', secretRef, ...REGION, service };
        const request = await sent(t, path, method, { ...more, authentication });
        const { names, expected } = signatureOf(request, { ...REGION, service });
        t.is(request.headers.authorization, expected, `${service} ${method} ${path}`);
        const signed = Object.keys(request.headers).filter((name) =>
          /^(?:x-amz-|x-team|content-type|idempotency)/.test(name),
        );
        t.deepEqual(
          signed.filter((name) => !names.includes(name)),
          [],
        );
        t.true(names.includes('host'));
        t.is(request.headers['x-amz-security-token'], secretRef === 'env:JSON' ? SESSION : undefined);
      }
    }
  }
});

test('the name of the attempt and the time are part of what is signed', async (t) => {
  const request = await sent(t, '/x', 'POST', {
    authentication: { type: 'aws-sigv4', secretRef: 'env:PAIR', ...REGION },
  });
  t.is(request.headers['idempotency-key'], `"${NAME}"`);
  t.is(request.headers['x-amz-date'], '20261121T090000Z');
  t.true(signatureOf(request, REGION).names.includes('idempotency-key'));
});

test('credentials that are none, or a region or service that is missing, are found before anything is sent', async (t) => {
  const action = createRestApiAction({
    send: senderTo(t),
    secrets: createEnvironmentSecrets(SECRETS),
    now: () => new Date(),
  });
  const failure = (more: JsonObject) =>
    refused(action, {
      config: { endpoint: { url: 'http://a.test', method: 'GET' }, authentication: { type: 'aws-sigv4', ...more } },
    });
  for (const secretRef of ['env:BROKEN', 'env:EMPTY', 'env:WORD']) {
    const malformed = await failure({ secretRef, ...REGION });
    t.is(malformed.code, 'SECRET_UNUSABLE');
    t.false(JSON.stringify(malformed).includes('canary'));
  }
  t.is((await failure(REGION)).message, 'config.authentication.secretRef: is missing');
  t.is((await failure({ secretRef: 'env:PAIR', service: 's3' })).message, 'config.authentication.region: is missing');
  t.is((await failure({ secretRef: 'env:PAIR', region: 'eu-1' })).message, 'config.authentication.service: is missing');
});

test('what AWS echoes of key, session and signature is in no verdict', async (t) => {
  const target = await httpServer(t, ({ headers }, response) => {
    response.writeHead(403, { 'content-type': 'text/plain', 'x-request-id': String(headers.authorization) });
    response.end(`SignatureDoesNotMatch ${KEY} ${SESSION} ${headers.authorization}`);
  });
  const action = createRestApiAction({
    send: senderTo(t, target),
    secrets: createEnvironmentSecrets(SECRETS),
    now: () => new Date(),
  });
  const authentication = { type: 'aws-sigv4', secretRef: 'env:JSON', ...REGION };
  const verdict = await tried(action, { config: { endpoint: { url: target.url, method: 'POST' }, authentication } });
  t.like(verdict, { kind: 'definite-failure', failure: { code: 'HTTP_403' } });
  const text = JSON.stringify(verdict);
  const signature = /Signature=([0-9a-f]{64})/.exec(String(target.requests[0]?.headers.authorization))?.[1] ?? 'none';
  for (const canary of [KEY, SESSION, signature]) t.false(text.includes(canary), text);
});
