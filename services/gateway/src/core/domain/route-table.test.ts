import { API_PREFIX, type Operation, operations } from '@pao/contracts';
import test from 'ava';
import { createRouteTable } from './route-table.ts';

const operation = (id: string, method: 'GET' | 'POST', path: string, aliases: string[] = []): Operation => ({
  ...operations.getCatalogItem,
  id,
  method,
  path,
  aliases,
});

const table = createRouteTable(
  [
    operation('list', 'GET', '/things'),
    operation('add', 'POST', '/things'),
    operation('get', 'GET', '/things/{id}', ['/items/{id}']),
    operation('form', 'GET', '/things/{id}/form'),
    operation('sync', 'GET', '/things/sync'),
  ],
  '/api/v1',
);

const idAt = (method: string, path: string) => {
  const match = table.match(method, path);
  return match.kind === 'found' ? match.operation.id : match.kind;
};

test('an operation is found by method and path, at its aliases too', (t) => {
  t.is(idAt('GET', '/api/v1/things'), 'list');
  t.is(idAt('HEAD', '/api/v1/things'), 'list');
  t.is(idAt('POST', '/api/v1/things'), 'add');
  t.is(idAt('GET', '/api/v1/items/a'), 'get');
});

test('a literal comes before a parameter, and gives way where it leads nowhere', (t) => {
  t.is(idAt('GET', '/api/v1/things/sync'), 'sync');
  t.is(idAt('GET', '/api/v1/things/sync/form'), 'form');
});

test('a path that is not listed is unknown', (t) => {
  for (const path of [
    '/',
    '/api/v1',
    '/api/v1/',
    '/things',
    '/api/v1/things/',
    '/api/v1/things/a/b',
    '/api/v1x/things',
    '/api/v1//things',
    '/api/v1/Things',
    '/api/v1/things//form',
  ]) {
    t.is(idAt('GET', path), 'unknown', path);
  }
});

test('another method on a known path tells which methods it has', (t) => {
  t.deepEqual(table.match('DELETE', '/api/v1/things'), { kind: 'other-method', allowed: ['GET', 'HEAD', 'POST'] });
  t.deepEqual(table.match('POST', '/api/v1/things/a'), { kind: 'other-method', allowed: ['GET', 'HEAD'] });
});

test('two operations in one place are a mistake that is found at start', (t) => {
  t.throws(() => createRouteTable([operation('a', 'GET', '/x/{id}'), operation('b', 'GET', '/x/{name}')], ''));
});

test('every operation of the API is found at each of its paths', (t) => {
  const api = createRouteTable(Object.values(operations), API_PREFIX);
  for (const { id, method, path, aliases } of Object.values<Operation>(operations)) {
    for (const one of [path, ...aliases]) {
      const match = api.match(method, API_PREFIX + one.replaceAll(/\{\w+\}/g, 'x'));
      t.is(match.kind === 'found' && match.operation.id, id, one);
    }
  }
});
