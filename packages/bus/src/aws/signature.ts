import { createHmac, hash } from 'node:crypto';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

export interface SigningScope {
  readonly service: string;
  readonly region: string;
}

/** The parts of a POST to `/` without a query. Names of headers in lower case; `host` must be among them. */
export interface Unsigned {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const sha256 = (text: string): string => hash('sha256', text, 'hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/**
 * Signs requests with AWS Signature Version 4. Returns the headers with `x-amz-date`, `authorization` and, for temporary
 * credentials, `x-amz-security-token`. The key derived for a day is kept.
 */
export const createSigner = ({ service, region }: SigningScope) => {
  let derived: { readonly of: string; readonly key: Buffer } = { of: '', key: Buffer.alloc(0) };
  const keyFor = (secret: string, day: string): Buffer => {
    const of = `${day} ${secret}`;
    if (derived.of !== of) {
      derived = { of, key: hmac(hmac(hmac(hmac(`AWS4${secret}`, day), region), service), 'aws4_request') };
    }
    return derived.key;
  };

  return ({ headers, body }: Unsigned, credentials: Credentials, now: Date): Record<string, string> => {
    const time = `${now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
    const token = credentials.sessionToken;
    const signed: Record<string, string> = { ...headers, 'x-amz-date': time };
    if (token !== undefined) signed['x-amz-security-token'] = token;
    const names = Object.keys(signed).toSorted();
    const lines = names.map((name) => `${name}:${signed[name]}\n`).join('');
    const list = names.join(';');
    const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`;
    const request = `POST\n/\n\n${lines}\n${list}\n${sha256(body)}`;
    const text = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(request)}`;
    const signature = hmac(keyFor(credentials.secretAccessKey, time.slice(0, 8)), text).toString('hex');
    const authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${list}, Signature=${signature}`;
    return { ...signed, authorization };
  };
};
