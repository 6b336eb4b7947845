export interface ServerSentEvent {
  readonly id: string | undefined;
  readonly event: string;
  /** Absent where there is only an id: nothing is told, but a stream goes on from there. */
  readonly data: string | undefined;
}

const parseBlock = (block: string): ServerSentEvent | undefined => {
  const fields = block.split('\n').flatMap((line): [string, string][] => {
    const colon = line.indexOf(':');
    if (colon === 0) return [];
    return colon === -1 ? [[line, '']] : [[line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')]];
  });
  const last = (name: string): string | undefined => fields.findLast(([field]) => field === name)?.[1];
  const data = fields.filter(([field]) => field === 'data').map(([, value]) => value);
  const id = last('id');
  if (data.length === 0 && id === undefined) return undefined;
  return { id, event: last('event') ?? 'message', data: data.length === 0 ? undefined : data.join('\n') };
};

/** The events of a `text/event-stream` body; comments (heartbeats) are skipped. @see https://html.spec.whatwg.org/#server-sent-events */
export const readServerSentEvents = async function* (
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<ServerSentEvent> {
  let buffer = '';
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    // A CR may be the first half of a CRLF that the next chunk ends, so it waits for it.
    buffer = (buffer + text).replaceAll('\r\n', '\n').replaceAll(/\r(?!$)/g, '\n');
    let end = buffer.indexOf('\n\n');
    while (end !== -1) {
      const event = parseBlock(buffer.slice(0, end));
      if (event !== undefined) yield event;
      buffer = buffer.slice(end + 2);
      end = buffer.indexOf('\n\n');
    }
  }
};
