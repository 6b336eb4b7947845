import { SourceRefused } from '../repository/layout.ts';

/** More than the largest listing GitHub gives out at once. */
const MAX_ANSWER_BYTES = 48 * 1024 * 1024;
const MAX_REDIRECTS = 3;

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 307, 308]);
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

const readLimited = async (response: Response): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) throw new SourceRefused('GitHub answers more than can be taken');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

/** Where a redirect leads. Only within the same server: the token goes along. */
const redirectOf = (response: Response, from: string, method: string): string | undefined => {
  if (!REDIRECTS.has(response.status)) return undefined;
  const target = URL.parse(response.headers.get('location') ?? '', from);
  if (method !== 'GET' || target?.origin !== new URL(from).origin) {
    throw new SourceRefused('GitHub says that the repository has moved: name its new place');
  }
  return target.href;
};

/** `fetch` for a server that is not trusted: its answers are limited, and its redirects lead nowhere else. */
export const limitedFetch = async (url: string, init: RequestInit): Promise<Response> => {
  let address = url;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    const response = await fetch(address, { ...init, redirect: 'manual' });
    const next = redirectOf(response, address, init.method ?? 'GET');
    if (next === undefined) {
      const body = await readLimited(response);
      const { status, statusText, headers } = response;
      return new Response(WITHOUT_BODY.has(status) ? null : new Uint8Array(body), { status, statusText, headers });
    }
    await response.body?.cancel();
    address = next;
  }
  throw new SourceRefused('GitHub redirects in circles');
};
