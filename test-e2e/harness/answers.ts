import { operations } from '@pao/contracts';

/** A stream about a request that waits for a person does not end: what it says within two seconds. */
const STREAM_MS = 2_000;
const ANSWER_MS = 60_000;

const read = async (url: string, isStream: boolean): Promise<string> => {
  const chunks: Buffer[] = [];
  try {
    const { body } = await fetch(url, { signal: AbortSignal.timeout(isStream ? STREAM_MS : ANSWER_MS) });
    if (body !== null) for await (const chunk of body) chunks.push(Buffer.from(chunk));
  } catch (error) {
    if (!(isStream && error instanceof DOMException)) throw error;
  }
  return Buffer.concat(chunks).toString('utf8');
};

/** Every read of the API about a request, as it comes over the wire. */
export const answersAbout = async ({ url }: { readonly url: string }, id: string): Promise<string> => {
  const answers = Object.values(operations)
    .filter(({ method, path }) => method === 'GET' && /^\/(requests|escalations|audit)/.test(path))
    .map(({ path, stream }) => read(`${url}/api/v1${path.replace('{id}', id)}`, stream));
  return (await Promise.all(answers)).join('\n');
};
