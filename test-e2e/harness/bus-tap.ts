import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Of one connection, or for `fetch` to say itself. */
const LEFT_OUT = new Set(['host', 'connection', 'content-length', 'transfer-encoding']);

const headersOf = ({ headers }: IncomingMessage): [string, string][] =>
  Object.entries(headers)
    .filter(([name]) => !LEFT_OUT.has(name))
    .map(([name, value]) => [name, String(value)]);

/** Everything that goes to the bus and comes from it, as text: stands between the services and SNS and SQS. */
export const startBusTap = () => {
  const seen: string[] = [];
  const passOn = async (endpoint: string, request: IncomingMessage) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const text = body.toString('utf8');
    // SNS takes forms, SQS takes JSON.
    seen.push(text.startsWith('{') ? text : [...new URLSearchParams(text).values()].join('\n'));
    const { method = 'GET', url = '/' } = request;
    const response = await fetch(`${endpoint}${url}`, {
      ...{ method, headers: headersOf(request) },
      ...(method === 'POST' && { body }),
    });
    const content = await response.text();
    seen.push(content);
    return { status: response.status, type: response.headers.get('content-type') ?? 'text/xml', content };
  };
  const server = createServer();
  const open = async (endpoint: string): Promise<string> => {
    server.on('request', (request, response) => {
      passOn(endpoint, request).then(
        ({ status, type, content }) => response.writeHead(status, { 'content-type': type }).end(content),
        () => response.destroy(),
      );
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { open, text: () => seen.join('\n'), close };
};
