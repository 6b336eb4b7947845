import type { JsonObject } from '@pao/kernel';

const ACCOUNT = '000000000000';
const REGION = 'eu-central-1';

/** What a kind of resource is called in ids, and what it tells about itself beside what all have. */
export interface Kind {
  readonly prefix: string;
  readonly describe: (name: string, request: JsonObject) => JsonObject;
}

const arn = (service: string, resource: string): string => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;

const textOr = (value: unknown, other: string): string => (typeof value === 'string' && value !== '' ? value : other);

const environmentOf = ({ environment }: JsonObject): string => textOr(environment, 'dev');

const databases: Kind = {
  prefix: 'db',
  describe: (name) => ({
    arn: arn('rds', `db:${name}`),
    endpoint: `${name}.c7vq2x.${REGION}.rds.sandbox.test`,
    port: 5432,
  }),
};

const caches: Kind = {
  prefix: 'cache',
  describe: (name) => ({
    arn: arn('elasticache', `cluster:${name}`),
    endpoint: `${name}.c7vq2x.${REGION}.cache.sandbox.test`,
    port: 6379,
  }),
};

const applications: Kind = {
  prefix: 'app',
  describe: (name, request) => ({
    arn: arn('eks', `application/${name}`),
    namespace: name,
    endpoint: `https://${name}.${environmentOf(request)}.apps.sandbox.test`,
    port: 443,
  }),
};

const namespaces: Kind = {
  prefix: 'ns',
  describe: (name) => ({
    arn: arn('eks', `namespace/shared/${name}`),
    cluster: 'shared',
    endpoint: 'https://shared.eks.sandbox.test',
    port: 443,
  }),
};

const parameters: Kind = {
  prefix: 'par',
  describe: (name, { path }) => {
    const full = typeof path === 'string' ? path : `/${name}`;
    return { arn: arn('ssm', `parameter${full}`), path: full, version: 1, endpoint: `ssm.${REGION}.sandbox.test` };
  },
};

const queues: Kind = {
  prefix: 'queue',
  describe: (name, request) => {
    const full = `${name}-${environmentOf(request)}${request['kind'] === 'fifo' ? '.fifo' : ''}`;
    return { arn: arn('sqs', full), endpoint: `https://sqs.${REGION}.sandbox.test/${ACCOUNT}/${full}` };
  },
};

const queueGrants: Kind = {
  prefix: 'grant',
  describe: (name, { queueArn }) => ({
    arn: arn('iam', `policy/queue/${name}`),
    endpoint: 'iam.sandbox.test',
    resource: textOr(queueArn, arn('sqs', name)),
  }),
};

const buckets: Kind = {
  prefix: 'bucket',
  describe: (name, request) => {
    const bucket = textOr(request['bucket'], `${name}-${environmentOf(request)}`);
    return { arn: `arn:aws:s3:::${bucket}`, bucket, endpoint: `https://${bucket}.s3.${REGION}.sandbox.test` };
  },
};

const dnsRecords: Kind = {
  prefix: 'record',
  describe: (name, { zone }) => {
    const host = `${name}.${textOr(zone, 'sandbox.test')}`;
    return { arn: arn('route53', `record/${host}`), endpoint: host };
  },
};

const alerts: Kind = {
  prefix: 'alerts',
  describe: (name, request) => ({
    arn: arn('cloudwatch', `alarm:${name}-${environmentOf(request)}`),
    endpoint: `https://alerts.sandbox.test/${environmentOf(request)}/${name}`,
  }),
};

const dashboards: Kind = {
  prefix: 'dash',
  describe: (name, request) => ({
    arn: arn('cloudwatch', `dashboard/${name}-${environmentOf(request)}`),
    endpoint: `https://dashboards.sandbox.test/${environmentOf(request)}/${name}`,
  }),
};

/** Of a collection that nobody described here: somebody tries out an item of their own. */
const anything = (collection: string): Kind => ({
  prefix: collection.replace(/s$/, ''),
  describe: (name) => ({ arn: arn('platform', `${collection}/${name}`), endpoint: `https://${name}.sandbox.test` }),
});

/** The kind that a collection in a path holds: any plural in kebab-case is one. Undefined where it is none. */
export const kindOf = (collection: string): Kind | undefined =>
  KINDS.get(collection) ?? (/^[a-z]+(?:-[a-z]+){0,3}s$/.test(collection) ? anything(collection) : undefined);

/** By the collection in the path. */
export const KINDS: ReadonlyMap<string, Kind> = new Map([
  ['alerts', alerts],
  ['applications', applications],
  ['buckets', buckets],
  ['caches', caches],
  ['dashboards', dashboards],
  ['databases', databases],
  ['dns-records', dnsRecords],
  ['namespaces', namespaces],
  ['parameters', parameters],
  ['queue-grants', queueGrants],
  ['queues', queues],
]);
