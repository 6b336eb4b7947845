import type { z } from 'zod';
import { z as zod } from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { errorEnvelopeSchema, paginationSchema } from '../api/common.ts';
import { type ErrorCode, errorCodes } from '../api/errors.ts';
import { operations } from '../api/operations.ts';
import { API_PREFIX, type Operation } from '../operation.ts';

const correlationHeader = {
  'X-Correlation-ID': {
    description: 'The id given with the call, or one made for it; it is in every log line and message the call causes.',
    schema: { type: 'string' as const },
  },
};

const idempotencyKey = zod.string().min(1).max(255).optional().meta({
  description: 'A second call with this key and the same body gets the first answer again.',
});

const errorResponse = (codes: readonly ErrorCode[]) => ({
  description: codes.map((code) => `\`${code}\`: ${errorCodes[code].meaning}`).join('\n\n'),
  headers: correlationHeader,
  content: { 'application/json': { schema: errorEnvelopeSchema } },
});

const hasMembers = (schema: z.ZodType): schema is z.ZodObject =>
  schema instanceof zod.ZodObject && Object.keys(schema.shape).length > 0;

const bodyCodes = ({ method, rawBody }: Operation): readonly ErrorCode[] => {
  if (method === 'GET') return [];
  if (rawBody) return ['INVALID_JSON', 'PAYLOAD_TOO_LARGE'];
  return ['INVALID_JSON', 'VALIDATION_FAILED', 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'];
};

/** The codes an operation can answer, beside those of any call. */
const possibleCodes = (operation: Operation): readonly ErrorCode[] => [
  'INVALID_REQUEST',
  'UNAUTHENTICATED',
  ...(operation.public ? [] : (['FORBIDDEN'] as const)),
  'RATE_LIMITED',
  'INTERNAL',
  'BAD_GATEWAY',
  'UNAVAILABLE',
  'GATEWAY_TIMEOUT',
  ...(hasMembers(operation.params) || operation.public ? (['NOT_FOUND'] as const) : []),
  ...bodyCodes(operation),
  ...(operation.idempotent ? (['IDEMPOTENCY_IN_FLIGHT', 'IDEMPOTENCY_MISMATCH'] as const) : []),
  ...(['submitRequests', 'planRequests'].includes(operation.id)
    ? (['UNKNOWN_CATALOG_ITEM', 'CATALOG_ITEM_INVALID'] as const)
    : []),
  ...(operation.id === 'submitRequests' ? (['PLAN_CHANGED', 'QUOTA_EXCEEDED'] as const) : []),
];

const errorResponses = (operation: Operation) => {
  const byStatus = Map.groupBy(possibleCodes(operation), (code) => errorCodes[code].status);
  return Object.fromEntries([...byStatus].map(([status, codes]) => [String(status), errorResponse(codes)]));
};

const successContent = ({ stream, downloads, data, paginated }: Operation) => {
  if (stream) return { 'text/event-stream': { schema: data } };
  if (downloads.length > 0) {
    // A file of JSON has an object a line; any other is text.
    return Object.fromEntries(downloads.map((type) => [type, { schema: type.endsWith('json') ? data : zod.string() }]));
  }
  return {
    'application/json': {
      schema: zod.object({ data, ...(paginated ? { pagination: paginationSchema } : {}) }),
    },
  };
};

const successResponse = (operation: Operation) => ({
  description: operation.stream ? 'A stream of server-sent events.' : 'Success.',
  headers: correlationHeader,
  content: successContent(operation),
});

const ownHeaders = ({ idempotent, headers }: Operation) => ({
  ...(idempotent ? { 'Idempotency-Key': idempotencyKey } : {}),
  ...Object.fromEntries(headers.map((name) => [name, zod.string()])),
});

const requestBody = ({ body, rawBody, maxBodyBytes }: Operation): Pick<ZodOpenApiOperationObject, 'requestBody'> => {
  const content = (schema: z.ZodType) => ({ 'application/json': { schema } });
  if (body instanceof zod.ZodObject) return { requestBody: { required: true, content: content(body) } };
  if (!rawBody) return {};
  const description = `Up to ${maxBodyBytes / 1_048_576} MiB, taken as the bytes that come.`;
  return { requestBody: { required: true, description, content: content(zod.looseObject({})) } };
};

const successResponses = (operation: Operation) =>
  Object.fromEntries(
    [operation.status, ...operation.otherStatuses].map((status) => [String(status), successResponse(operation)]),
  );

const operationObject = (operation: Operation): ZodOpenApiOperationObject => ({
  operationId: operation.id,
  tags: [operation.tag],
  summary: operation.summary,
  requestParams: {
    ...(hasMembers(operation.params) ? { path: operation.params } : {}),
    ...(hasMembers(operation.query) ? { query: operation.query } : {}),
    ...(operation.idempotent || operation.headers.length > 0 ? { header: zod.object(ownHeaders(operation)) } : {}),
  },
  ...(operation.public ? { security: [] } : {}),
  ...requestBody(operation),
  responses: { ...successResponses(operation), ...errorResponses(operation) },
});

const systemPaths: Readonly<
  Record<string, { summary: string; status: `${1 | 2 | 3 | 4 | 5}${string}`; requestParams?: { path: z.ZodObject } }>
> = {
  '/health': { summary: 'Alive', status: '200' },
  '/health/ready': { summary: 'Ready to serve: every part answers', status: '200' },
  '/version': { summary: 'The version that runs', status: '200' },
  '/runbook': {
    summary: 'Every error code with what it is called and who can mend it; as a page for browsers',
    status: '200',
  },
  '/runbook/{code}': {
    summary: 'What an error code means, what may have happened, what to check and what is safe; as a page for browsers',
    status: '200',
    requestParams: { path: zod.object({ code: zod.string() }) },
  },
};

/** The OpenAPI 3.1 document of the whole API. */
export const buildOpenApi = (version: string): object => {
  const paths: ZodOpenApiPathsObject = {};
  for (const operation of Object.values<Operation>(operations)) {
    for (const path of [operation.path, ...operation.aliases]) {
      const object = operationObject(operation);
      if (path !== operation.path)
        Object.assign(object, { operationId: `${operation.id}At${path.replaceAll(/\W+/g, '_')}`, deprecated: true });
      paths[path] = { ...paths[path], [operation.method.toLowerCase()]: object };
    }
  }
  for (const [path, { summary, status, requestParams }] of Object.entries(systemPaths)) {
    paths[path] = {
      get: {
        operationId: `get${path.replaceAll(/\W+/g, '_')}`,
        ...(requestParams && { requestParams }),
        tags: ['system'],
        summary,
        security: [],
        responses: { [status]: { description: summary } },
      },
    };
  }
  return createDocument({
    openapi: '3.1.1',
    info: {
      title: 'Platform Automation Orchestrator',
      version,
      description: 'Ask for what platform teams offer, and follow each request until it is done.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: API_PREFIX }],
    security: [{ bearer: [] }],
    tags: [
      { name: 'catalog', description: 'What can be requested.' },
      { name: 'tools', description: 'Trying out documents before they are in the catalog.' },
      { name: 'requests', description: 'Asking for it, and following it.' },
      { name: 'audit', description: 'Who did what when, and whether the record is whole.' },
      { name: 'approvals', description: 'What people agree to before anything of a request is carried out.' },
      { name: 'escalations', description: 'What waits for a person.' },
      { name: 'notifications', description: 'Who is told of what, by Slack, e-mail or a signed webhook.' },
      { name: 'queues', description: 'The bus, and the messages that nobody could handle.' },
      { name: 'system', description: 'The server itself.' },
    ],
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: 'An API key.' } } },
    paths,
  });
};
