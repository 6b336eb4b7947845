import http from 'node:http';
import https from 'node:https';
import { backoffMs, pause } from '../backoff.ts';
import { AwsError } from './errors.ts';
import { type Credentials, createSigner, type SigningScope } from './signature.ts';

export interface EndpointOptions extends SigningScope {
  readonly url: URL;
  readonly credentials: () => Promise<Credentials>;
  readonly contentType: string;
  /** Reads code and message from the body of an answer that is no success. */
  readonly readError: (body: string) => { readonly code: string; readonly message: string };
}

export interface Call {
  readonly body: string;
  /** Of the operation, `AmazonSQS.ReceiveMessage`. */
  readonly target?: string;
  /** How long the answer may take. */
  readonly timeoutMs: number;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

const ATTEMPTS = 3;
const BACKOFF = { firstMs: 100, maxMs: 2_000 };
const NEVER = new AbortController().signal;
const THROTTLES = /Throttl|RequestLimitExceeded|TooManyRequests|OverLimit/i;

export type Post = (call: Call) => Promise<string>;

/**
 * Signed calls to one endpoint of AWS over kept connections, a fifth of the work the SDK's general machinery takes: batches are
 * small and many. The three attempts are safe for what goes this way: sends carry deduplication ids, deletes and visibility
 * changes name one delivery, and what a lost receive took comes back when its visibility ends.
 * @throws AwsError
 */
export const createEndpoint = (options: EndpointOptions): { readonly post: Post; close(): void } => {
  const sign = createSigner(options);
  const { request, Agent } = options.url.protocol === 'https:' ? https : http;
  const agent = new Agent({ keepAlive: true, maxSockets: 100 });
  const { hostname, host, port } = options.url;
  const target = { agent, hostname, port, method: 'POST', path: '/' };

  const attempt = async (call: Call): Promise<Answer> => {
    const headers: Record<string, string> = { host, 'content-type': options.contentType };
    if (call.target !== undefined) headers['x-amz-target'] = call.target;
    const signed = sign({ headers, body: call.body }, await options.credentials(), new Date());
    return send(request({ ...target, headers: { ...signed, 'content-length': Buffer.byteLength(call.body) } }), call);
  };
  const attemptOrThrow = async (call: Call): Promise<string> => {
    const answer = await attempt(call);
    if (answer.status < 300) return answer.body;
    const { code, message } = options.readError(answer.body);
    const passing = answer.status >= 500 || answer.status === 429 || THROTTLES.test(code);
    throw new AwsError(code, message, { passing });
  };

  const post: Post = async (call) => {
    for (let failures = 0; ; failures += 1) {
      try {
        return await attemptOrThrow(call);
      } catch (thrown) {
        if (!(thrown instanceof AwsError && thrown.passing) || failures + 1 === ATTEMPTS) throw thrown;
        await pause(backoffMs(failures, BACKOFF), NEVER);
      }
    }
  };
  return { post, close: () => agent.destroy() };
};

const send = (outgoing: http.ClientRequest, { body, timeoutMs }: Call): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const fail = (cause: Error): void => {
      const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : 'ConnectionFailed';
      reject(new AwsError(code, cause.message, { passing: true, cause }));
    };
    outgoing.setTimeout(timeoutMs, () => outgoing.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    outgoing.on('error', fail);
    outgoing.on('response', (incoming) => {
      let text = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (chunk: string) => {
        text += chunk;
      });
      incoming.on('error', fail);
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, body: text }));
    });
    outgoing.end(body);
  });
