import { operations } from '@pao/contracts';

/** What was answered within two seconds: a stream of a request that waits for a person does not end. */
const read = async (url: string): Promise<string> => {
  const chunks: Buffer[] = [];
  try {
    const { body } = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    if (body !== null) for await (const chunk of body) chunks.push(Buffer.from(chunk));
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
  return Buffer.concat(chunks).toString('utf8');
};

/** Every read of the API about a request, as it comes over the wire. */
export const answersAbout = async ({ url }: { readonly url: string }, id: string): Promise<string> => {
  const paths = Object.values(operations)
    .filter(({ method, path }) => method === 'GET' && /^\/(requests|escalations|audit)/.test(path))
    .map(({ path }) => path.replace('{id}', id));
  return (await Promise.all(paths.map((path) => read(`${url}/api/v1${path}`)))).join('\n');
};
