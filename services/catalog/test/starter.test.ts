import { readdir, readFile } from 'node:fs/promises';
import { starterRepository } from '@pao/catalog-starter';
import {
  type Action,
  actionsOf,
  type CatalogDocument,
  componentInput,
  type EvaluatedInput,
  evaluateInput,
  expandBundle,
  formatFinding,
  validateCatalog,
} from '@pao/documents';
import { isJsonObject, type Json, type JsonObject, type Result } from '@pao/kernel';
import { renderValue, type Target } from '@pao/templates';
import test, { type ExecutionContext } from 'ava';

const readStarter = async () => {
  const paths = (await readdir(starterRepository, { recursive: true })).filter((path) => path.endsWith('.yaml'));
  return Promise.all(
    paths.toSorted().map(async (path) => ({ path, text: await readFile(new URL(path, starterRepository), 'utf8') })),
  );
};

const documents = async (): Promise<readonly CatalogDocument[]> =>
  validateCatalog(await readStarter(), { strict: true }).documents.map(({ document }) => document);

/** What each target answers. */
const OUTPUTS: JsonObject = {
  databaseId: 'db-1',
  databaseArn: 'arn:aws:rds:db-1',
  endpoint: 'orders.rds.sandbox.test',
  port: 5432,
  parameterId: 'par-1',
  parameterArn: 'arn:aws:ssm:par-1',
  parameterPath: '/dev/orders',
  applicationId: 'app-1',
  applicationArn: 'arn:aws:eks:app-1',
  applicationUrl: 'https://orders.dev.apps.sandbox.test',
  changeRecord: 'CHG-1',
  changeRecordUrl: 'https://jira/CHG-1',
};

const targetAt = (pointer: string): Target => {
  if (pointer.endsWith('/contentTemplate')) return 'json';
  if (pointer.startsWith('/headers/')) return 'header';
  return pointer.endsWith('/descriptionTemplate') ? 'jira-adf-text' : 'plain';
};

const member = (value: Json | undefined, ...path: readonly string[]): Json | undefined =>
  path.reduce<Json | undefined>((found, key) => (isJsonObject(found) ? found[key] : undefined), value);

const constantsOf = (items: readonly CatalogDocument[]): JsonObject =>
  Object.fromEntries(items.map(({ metadata }) => [metadata.id, metadata as unknown as Json]));

/** The value of a success; a failure fails the test and says why. */
const valueOf = <T>(t: ExecutionContext, result: Result<T, unknown>): T => {
  if (result.ok) return result.value;
  t.fail(JSON.stringify(result.error));
  throw new Error('see the failed assertion');
};

interface Rendering {
  readonly action: Action;
  readonly input: EvaluatedInput;
  readonly output: JsonObject;
  readonly items: readonly CatalogDocument[];
}

const render = (t: ExecutionContext, { action, input, output, items }: Rendering): Json => {
  const rendered = renderValue(action.config, targetAt, {
    current: input.values,
    declared: new Set(input.declaredPaths),
    output,
    metadata: constantsOf(items),
    system: { requestId: 'request-1', user: { email: 'dev@example.test' } },
  });
  return valueOf(t, rendered).value;
};

/** Renders the actions in order, each with the outputs that those before it promised. Answers the rendered configs by action. */
const run = (
  t: ExecutionContext,
  actions: readonly Action[],
  given: Omit<Rendering, 'action'>,
): readonly { readonly config: Json; readonly output: JsonObject }[] => {
  let { output } = given;
  return actions.map((action) => {
    const config = render(t, { ...given, action, output });
    const promised = Object.keys(action.outputs ?? {}).map((name) => [name, OUTPUTS[name] ?? null] as const);
    t.true(promised.every(([, value]) => value !== null));
    output = { ...output, ...Object.fromEntries(promised) };
    return { config, output };
  });
};

const bodyOf = (config: Json | undefined): JsonObject => {
  const text = member(config, 'body', 'contentTemplate');
  const body: unknown = JSON.parse(typeof text === 'string' ? text : '');
  return isJsonObject(body) ? body : {};
};

test('the starter catalog passes strict validation without a finding', async (t) => {
  const { findings, documents: valid } = validateCatalog(await readStarter(), { strict: true });
  t.deepEqual(findings.map(formatFinding), []);
  t.deepEqual(valid.map(({ document }) => document.metadata.id).toSorted(), [
    'bundle-webapp-standard',
    'compute-eks-application',
    'database-postgresql-standard',
    'security-parameterstore-standard',
  ]);
});

test('every example of an item renders, automatic and manual, and its bodies are JSON', async (t) => {
  for (const item of await documents()) {
    if (item.kind !== 'CatalogItem') continue;
    for (const example of item.examples ?? []) {
      const given = { input: valueOf(t, evaluateInput(item, example.input)), output: {}, items: [item] };
      for (const mode of ['automatic', 'manual'] as const) {
        for (const { config } of run(t, actionsOf(item, mode), given)) {
          if (member(config, 'body') !== undefined) t.is(bodyOf(config)['name'], example.input['name'] ?? '');
          const summary = member(config, 'ticket', 'summaryTemplate');
          if (summary !== undefined) t.true(typeof summary === 'string' && summary.length <= 255);
        }
      }
    }
  }
});

test('the bundle hands outputs on: the parameters know the database, the application knows both', async (t) => {
  const all = await documents();
  const bundles = all.flatMap((document) => (document.kind === 'CatalogBundle' ? document : []));
  const items = new Map(
    all.flatMap((item) => (item.kind === 'CatalogItem' ? [[item.metadata.id, item] as const] : [])),
  );
  for (const bundle of bundles) {
    const components = valueOf(t, expandBundle(bundle, items));
    const bundleInput = valueOf(t, evaluateInput(bundle, bundle.examples?.[0]?.input));
    t.deepEqual(
      components.map(({ id }) => id),
      ['database', 'secrets', 'app'],
    );
    let output: JsonObject = {};
    const bodies = new Map<string, JsonObject>();
    for (const component of components) {
      const input = valueOf(t, componentInput(component, bundleInput));
      const steps = run(t, component.actions, { input, output, items: components.map(({ item }) => item) });
      bodies.set(component.id, bodyOf(steps[0]?.config));
      output = steps.at(-1)?.output ?? output;
    }
    const database = { databaseEndpoint: 'orders.rds.sandbox.test', databasePort: '5432' };
    t.like(bodies.get('secrets'), { values: database });
    t.like(bodies.get('app'), { configuration: { ...database, parameterPath: '/dev/orders' } });
    t.deepEqual(output, OUTPUTS);
  }
  t.is(bundles.length, 1);
});
