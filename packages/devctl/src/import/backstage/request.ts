import { err, isJsonObject, type Json, type JsonObject, ok, type Result } from '@pao/kernel';
import { toCamelCase } from '../names.ts';
import { own, ownText } from '../read.ts';
import { excerpt } from '../remarks.ts';
import { type Converter, convertValue, type OutputReader } from './step.ts';

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const REQUEST_KEYS = new Set([
  'path',
  'method',
  'headers',
  'params',
  'body',
  'logRequestPath',
  'continueOnBadResponse',
  'timeout',
]);

/** A call that goes through Backstage, sent to it directly. */
export const backstageRequest: Converter = ({ input, at, stepId }, scope, context) => {
  const { backstageUrl, remarks } = context;
  if (backstageUrl === undefined) return err('where Backstage answers is not known; give --backstage-url');
  const read = convertValue(input, scope);
  if (!read.ok) return read;
  const path = ownText(read.value, 'path');
  const method = (ownText(read.value, 'method') ?? '').toUpperCase();
  if (path === undefined || !METHODS.has(method)) return err('it has no path, or no method that is known');
  for (const key of Object.keys(input)) {
    if (!REQUEST_KEYS.has(key)) return err(`it has ${excerpt(key, 40)}, which has no counterpart`);
  }
  if (input['continueOnBadResponse'] === true)
    return err('it goes on after a refusal; an action that is refused fails');
  const headers = headersOf(own(read.value, 'headers'));
  const body = bodyOf(own(read.value, 'body'));
  if (!headers.ok) return headers;
  if (!body.ok) return body;
  remarks.leave(
    at,
    "Backstage's own authentication of the call",
    'the scaffolder adds its token by itself',
    'add authentication with a secretRef',
  );
  context.whole = false;
  const outputs: { [name: string]: string } = {};
  context.outputs.set(stepId, responseReader(stepId, outputs));
  const query = own(read.value, 'params');
  return ok({
    type: 'rest-api',
    config: {
      endpoint: { url: `${backstageUrl.replace(/\/+$/, '')}/api/${path.replace(/^\/*(?:api\/)?/, '')}`, method },
      ...headers.value,
      ...(isJsonObject(query) ? { query } : {}),
      ...body.value,
    },
    outputs,
  });
};

const headersOf = (headers: Json | undefined): Result<JsonObject, string> => {
  if (!isJsonObject(headers)) return ok({});
  const secret = Object.keys(headers).find((name) => /^(authorization|cookie|x-api-key)$/i.test(name));
  if (secret !== undefined) return err(`the header ${secret} holds a secret; such are read with secretRef`);
  return ok({ headers });
};

const bodyOf = (body: Json | undefined): Result<JsonObject, string> => {
  if (body === undefined || body === null) return ok({});
  if (typeof body !== 'string') return ok({ body: { type: 'json', contentTemplate: body } });
  // A text with JSON in it is sent as JSON; what is filled in is then escaped as JSON is.
  const type = /^\s*[{[]/.test(body) ? 'json' : 'text';
  return ok({ body: { type, contentTemplate: body } });
};

const responseReader =
  (stepId: string, outputs: { [name: string]: string }): OutputReader =>
  (path) => {
    const [first, ...rest] = path;
    const root = first === 'code' ? 'status' : first;
    if (root === undefined || !['status', 'headers', 'body'].includes(root)) return undefined;
    const name = toCamelCase(`${stepId} ${[root, ...rest].join(' ')}`);
    outputs[name] = [root, ...rest.map((part) => (/^\w+$/.test(part) ? part : JSON.stringify(part)))].join('.');
    return name;
  };
