import { readFile } from 'node:fs/promises';
import test from 'ava';
import { createTopology } from '../topology.ts';
import { buildCloudFormation } from './cloudformation.ts';

interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: Record<string, unknown> }>>;
}

const references = (value: unknown): readonly string[] => {
  if (typeof value !== 'object' || value === null) return [];
  if ('Ref' in value && typeof value.Ref === 'string') return value.Ref.startsWith('AWS::') ? [] : [value.Ref];
  if ('Fn::GetAtt' in value && Array.isArray(value['Fn::GetAtt'])) return [String(value['Fn::GetAtt'][0])];
  return Object.values(value).flatMap(references);
};

const build = (): Template => buildCloudFormation(createTopology({ pools: ['default', 'databases'] })) as Template;

const ofType = (template: Template, type: string) =>
  Object.values(template.Resources).filter(({ Type }) => Type === type);

test('the template in infra is the one of today (npm run generate)', async (t) => {
  const file = new URL('../../../../infra/aws/bus.template.json', import.meta.url);
  t.deepEqual(
    JSON.parse(await readFile(file, 'utf8')),
    JSON.parse(JSON.stringify(buildCloudFormation(createTopology()))),
  );
});

test('whatever a resource refers to is in the template', (t) => {
  const template = build();
  for (const name of references(template.Resources)) t.truthy(template.Resources[name], name);
});

test('every queue is FIFO and encrypted, and has dead letters unless it holds them; so has every subscription', (t) => {
  const template = build();
  const queues = ofType(template, 'AWS::SQS::Queue');
  t.is(queues.length, 2 * createTopology({ pools: ['default', 'databases'] }).queues.length);
  for (const { Properties } of queues) {
    t.like(Properties, { FifoQueue: true, KmsMasterKeyId: { Ref: 'BusKey' } });
    t.is(String(Properties['QueueName']).endsWith('-dlq.fifo'), Properties['RedrivePolicy'] === undefined);
  }
  const subscriptions = ofType(template, 'AWS::SNS::Subscription');
  t.true(subscriptions.length > 0);
  for (const { Properties } of subscriptions) t.truthy(Properties['RedrivePolicy']);
});
