import test from 'ava';
import { template } from '../test/support.ts';
import { checkReferences, outputGraph, outputsRead, references, targetForFile } from './index.ts';

const known = {
  current: ['name', 'basic.storageGb', 'upload.**'],
  output: ['endpoint', '*.endpoint', 'body.**'],
  metadata: ['database-postgresql-standard.defaultPort'],
};

const unknown = (source: string, paths: Parameters<typeof checkReferences>[1] = known) =>
  checkReferences(references(template(source)), paths).map(({ message, hint }) => [message, hint]);

test('paths that are known, wholes of them and parts of what is open pass', (t) => {
  const source =
    '{{.current.name}}{{.current.basic}}{{.current}}{{.current.upload.size}}{{.output.endpoint}}{{.output.orders-db.endpoint}}' +
    '{{.output.body}}{{.output.body.a.b}}{{.metadata.database-postgresql-standard.defaultPort}}{{.system.user.email}}{{.system.user}}';
  t.deepEqual(unknown(source), []);
});

test('paths that are known nowhere come with the near name, or the right namespace', (t) => {
  t.deepEqual(
    unknown(
      '{{.current.nmae}}{{.current.basic.storage}}{{.current.name.first}}{{.current.endpoint}}{{.output.a.b}}{{.system.uid}}{{.metadata.x}}',
    ),
    [
      ['.current.nmae is declared nowhere', 'did you mean .current.name?'],
      ['.current.basic.storage is declared nowhere', 'did you mean .current.basic.storageGb?'],
      ['.current.name.first is declared nowhere', undefined],
      ['.current.endpoint is declared nowhere', 'did you mean .output.endpoint?'],
      ['.output.a.b is declared nowhere', undefined],
      ['.system.uid is declared nowhere', 'did you mean .system.uuid?'],
      ['.metadata.x is declared nowhere', undefined],
    ],
  );
});

test('a namespace of which nothing is known is not checked', (t) => {
  t.deepEqual(
    unknown('{{.output.anything}}{{.system.anything}}', { ...known, output: undefined, system: undefined }),
    [],
  );
});

test('the outputs that templates read are listed once, required when one reading requires them', (t) => {
  const read = outputsRead(
    references(
      template('{{.output.b.c}}{{.output.a | default ""}}{{#.output.d}}{{.}}{{/.output.d}}{{.output.d}}{{.current.x}}'),
    ),
  );
  t.deepEqual(read, [
    { path: 'a', required: false },
    { path: 'b.c', required: true },
    { path: 'd', required: true },
  ]);
});

test('the graph tells who reads whose outputs, and what nobody offers', (t) => {
  const node = (id: string, source: string, offers: readonly string[]) => ({
    id,
    references: references(template(source)),
    offers,
  });
  const graph = outputGraph([
    node('database', '{{.current.name}}', ['endpoint', 'connection']),
    node('secrets', '{{.output.connection.password}}', ['arn']),
    node('app', '{{.output.endpoint}}{{.output.arn}}{{.output.url}}', ['url']),
  ]);
  t.deepEqual(graph.edges, [
    { from: 'secrets', to: 'database', path: 'connection.password' },
    { from: 'app', to: 'secrets', path: 'arn' },
    { from: 'app', to: 'database', path: 'endpoint' },
  ]);
  t.deepEqual(graph.unresolved, [{ id: 'app', read: { path: 'url', required: true } }]);
});

test('the content of a file is written by the end of its name, where a value may be written at all', (t) => {
  const found = [
    'a.json',
    'b/c.YAML',
    'd.yml',
    'main.tf',
    'x.tfvars',
    'x.tfvars.json',
    'x.tf.json',
    'Dockerfile',
    'a.json.txt',
  ].map(targetForFile);
  t.deepEqual(found, ['json', 'yaml', 'yaml', 'hcl', 'hcl', 'json', undefined, 'plain', 'plain']);
});
