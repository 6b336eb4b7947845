import { z } from 'zod';

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const secretRef = z.string().min(1).max(256);
const json = z.json();
/** A week at most. */
const seconds = z.number().positive().max(604_800);

const authentication = z.strictObject({
  type: z.enum(['bearer', 'basic', 'api-key', 'oauth2-client-credentials', 'aws-sigv4']),
  secretRef: secretRef.optional(),
  /** Of `basic`; without it the secret is `user:password`. */
  username: z.string().optional(),
  /** Of `api-key`. */
  header: z.string().min(1).default('X-Api-Key'),
  /** Of `oauth2-client-credentials`; without `clientId` the secret is `id:secret`. */
  tokenUrl: z.string().min(1).optional(),
  clientId: z.string().min(1).optional(),
  scopes: z.array(z.string().min(1)).optional(),
  audience: z.string().min(1).optional(),
  /** How the client proves itself to the token endpoint: in a header, or in the body. */
  clientAuthentication: z.enum(['basic', 'post']).default('basic'),
  /** Of `aws-sigv4`. */
  region: z.string().min(1).optional(),
  service: z.string().min(1).optional(),
});

const poll = z.strictObject({
  url: z.string().min(1),
  until: z.string().min(1),
  failWhen: z.string().min(1).optional(),
  interval: seconds.default(10),
  timeout: seconds.default(3_600),
});

/** The configuration of a `rest-api` action, rendered. */
export const restApiConfig = z.strictObject({
  endpoint: z.strictObject({
    url: z.string().min(1),
    method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']),
  }),
  headers: z.record(z.string(), z.union([scalar, z.strictObject({ secretRef })])).default({}),
  query: z.record(z.string(), z.union([scalar, z.array(scalar)])).default({}),
  body: z
    .strictObject({
      type: z.enum(['json', 'form-data', 'form-urlencoded', 'text']),
      /** A text, or what is written down in the body's type. */
      contentTemplate: json,
      contentType: z
        .string()
        .regex(/^[\x20-\x7e]+$/, 'holds characters that a header cannot carry')
        .optional(),
    })
    .optional(),
  authentication: authentication.optional(),
  retry: z
    .strictObject({
      attempts: z.int().min(1).max(10).default(3),
      backoff: z.enum(['linear', 'exponential']).default('exponential'),
      /** Seconds before the second try. */
      delay: z.number().positive().optional(),
    })
    .optional(),
  expect: z
    .strictObject({
      status: z
        .union([z.int(), z.array(z.int())])
        .transform((status) => [status].flat())
        .optional(),
    })
    .optional(),
  poll: poll.optional(),
});

export type RestApiConfig = z.output<typeof restApiConfig>;
export type Authentication = z.output<typeof authentication>;
export type Poll = z.output<typeof poll>;
