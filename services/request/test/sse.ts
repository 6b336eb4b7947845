interface ServerSentEvent {
  readonly id: string;
  readonly data: string;
}

const field = (block: string, name: string): string | undefined =>
  block
    .split('\n')
    .find((line) => line.startsWith(`${name}: `))
    ?.slice(name.length + 2);

/** The events of a stream as this service writes it. Taken at once: fetch cancels a body that nobody reads once its response is collected. */
export const readServerSentEvents = (body: ReadableStream<Uint8Array>): AsyncGenerator<ServerSentEvent> =>
  eventsOf(body.pipeThrough(new TextDecoderStream()));

async function* eventsOf(texts: ReadableStream<string>): AsyncGenerator<ServerSentEvent> {
  let buffer = '';
  for await (const text of texts) {
    buffer += text;
    for (let end = buffer.indexOf('\n\n'); end !== -1; end = buffer.indexOf('\n\n')) {
      const block = buffer.slice(0, end);
      buffer = buffer.slice(end + 2);
      const data = field(block, 'data');
      if (data !== undefined) yield { id: field(block, 'id') ?? '', data };
    }
  }
}
