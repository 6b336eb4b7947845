import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import test from 'ava';
import { build } from 'esbuild';
import * as server from './index.ts';

const bundle = async (): Promise<string> => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('index.ts', import.meta.url))],
    bundle: true,
    platform: 'browser',
    format: 'iife',
    globalName: 'documents',
    write: false,
  });
  return outputFiles[0]?.text ?? '';
};

interface Realm {
  readonly documents: typeof server;
  /** Objects of the realm itself. */
  readonly parse: (text: string) => unknown;
}

/** Runs the bundle with what every browser has, and nothing of Node. */
const inBrowser = async (): Promise<Realm> => {
  const globals = { TextEncoder, TextDecoder, URL, structuredClone, console };
  return runInContext(`${await bundle()}; ({ documents, parse: JSON.parse })`, createContext(globals)) as Realm;
};

const item = `schemaVersion: catalog/v1
kind: CatalogItem
metadata:
  id: database-redis-small
  name: Redis cache
  description: A small managed Redis cache for one application, reachable from its namespace.
  version: 1.0.0
  category: databases
  owner: { team: platform-databases }
input:
  form:
    name: Cache name
    validation: { pattern: "^[a-z][a-z0-9-]{2,28}[a-z0-9]$" }
    groups:
      - id: basic
        name: Basics
        fields:
          - { id: size, name: Size, type: select, required: true, enum: [small, large] }
          - { id: nodes, name: Nodes, type: number, default: 1, conditional: { dependsOn: size, condition: equals, value: large } }
fulfillment:
  strategy: { mode: manual }
  manual:
    actions: [{ type: jira-ticket, config: { ticket: { project: DBA, summaryTemplate: "Create {{.current.name}}" } } }]
`;

const inputs = [
  { name: 'sessions', basic: { size: 'small', nodes: 3 } },
  { name: 'sessions', basic: { size: 'large' } },
  { name: 'Sessions', basic: { size: 'huge', color: 'red' } },
  {},
  null,
];

const verdicts = ({ documents, parse }: Realm): unknown => {
  const { document, findings } = documents.parseDocument(item, { path: 'catalog/databases/redis.yaml' });
  if (document === undefined) return findings;
  const evaluated = inputs.map((input) => documents.evaluateInput(document, parse(JSON.stringify(input))));
  return [findings, evaluated, documents.formSchema(document)];
};

const findingsOfExamples = ({ documents }: Realm): unknown =>
  Object.values(server.VALIDATION_CODES).map(
    ({ bad }) => documents.parseDocument(bad, { path: 'catalog/a/b.yaml' }).findings,
  );

// Values of another realm have other prototypes; their JSON is what counts.
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test('a browser bundle needs nothing of Node and gives the same verdicts', async (t) => {
  const browser = await inBrowser();
  const node: Realm = { documents: server, parse: JSON.parse };
  t.deepEqual(plain(verdicts(browser)), plain(verdicts(node)));
  t.deepEqual(plain(findingsOfExamples(browser)), plain(findingsOfExamples(node)));
});
