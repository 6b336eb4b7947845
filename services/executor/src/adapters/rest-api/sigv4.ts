import { z } from 'zod';
import type { Proven, Unsent } from './authentication.ts';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

export interface AwsSigning {
  readonly credentials: AwsCredentials;
  readonly region: string;
  readonly service: string;
  readonly date: Date;
}

/** What a header can carry. */
const printable = z.string().regex(/^[\x21-\x7e]+$/);

const credentialsSchema = z.object({
  accessKeyId: printable,
  secretAccessKey: printable,
  sessionToken: printable.optional(),
});

const parse = (text: string): unknown => {
  if (!text.trimStart().startsWith('{')) {
    const [, accessKeyId, secretAccessKey] = /^([^:]+):(.+)$/.exec(text.trim()) ?? [];
    return { accessKeyId, secretAccessKey };
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** `{"accessKeyId":…,"secretAccessKey":…,"sessionToken":…}` or `ID:SECRET`; undefined for anything else. */
export const awsCredentialsOf = (secret: string): AwsCredentials | undefined =>
  credentialsSchema.safeParse(parse(secret)).data;

/** What URLs leave as it is and AWS encodes. */
const NOT_ENCODED = /[!'()*]/g;

/** AWS reads `+` in a query as itself, and its canonical form knows only percent-encoding. */
const percentEncoded = (parameters: URLSearchParams): string =>
  [...parameters]
    .map((pair) => pair.map((text) => encodeURIComponent(text).replaceAll(NOT_ENCODED, hexOf)).join('='))
    .join('&');

const hexOf = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

const queryOf = (parameters: URLSearchParams): Record<string, string[]> =>
  Object.fromEntries([...new Set(parameters.keys())].map((name) => [name, parameters.getAll(name)]));

/** The request with its AWS Signature Version 4 over method, path, query, body and every header that is set until here. */
export const signAws = async (unsigned: Unsent, signing: AwsSigning): Promise<Proven> => {
  const { credentials, region, service, date } = signing;
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  // Loaded with the first call that is signed: most never are.
  const [{ Sha256 }, { SignatureV4 }] = await Promise.all([
    import('@aws-crypto/sha256-js'),
    import('@smithy/signature-v4'),
  ]);
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
    region,
    service,
    sha256: Sha256,
    // S3 takes a path as it is; every other service signs it encoded once more.
    uriEscapePath: service !== 's3',
  });
  const url = new URL(unsigned.url);
  url.pathname = url.pathname.replaceAll(NOT_ENCODED, hexOf);
  url.search = percentEncoded(url.searchParams);
  const signed = await signer.sign(
    {
      method: unsigned.method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query: queryOf(url.searchParams),
      headers: { ...unsigned.headers, host: url.host },
      body: unsigned.body,
    },
    { signingDate: date },
  );
  const signature = signed.headers['authorization'] ?? '';
  return { request: { ...unsigned, url, headers: signed.headers }, secrets: [signature] };
};
