import type { Action } from '@pao/documents';
import test from 'ava';
import { anAction, anItem, pin } from '../../../test/documents.ts';
import { AT, aRecording, aRequest, aTask, okValue, required, sha256 } from '../../../test/given.ts';
import { begin } from './audit.ts';
import { dispatchDue, renderOrder } from './dispatch.ts';
import { planRequest } from './plan.ts';
import { taskAt } from './request.ts';

const platform = { environment: 'test', account: '', region: '' };

const actionOf = (id: string, text: string, more: Action['config'] = {}): Action =>
  anAction({ id, config: { endpoint: { url: 'https://x.example', method: 'GET' }, query: { q: text }, ...more } });

/** A request of these actions, none begun. */
const given = (...actions: readonly Action[]) => {
  const plan = okValue(planRequest({ main: pin(anItem({ actions })), items: new Map() }, { name: 'orders' }));
  const request = aRequest(
    actions.map((action, index) =>
      aTask({ position: index + 1, actionId: action.id, dependsOn: index === 0 ? [] : [index] }),
    ),
  );
  return { request, options: { plan, platform, digest: sha256 } };
};

/** The actions that come with the first. */
const brought = (...actions: readonly Action[]): readonly string[] => {
  const { request, options } = given(...actions);
  const { followUps } = okValue(renderOrder(request, taskAt(request, 1), options));
  return followUps.map(({ planned }) => planned.action.id);
};

test('an order is the configurations of all its tasks, each its own', (t) => {
  const { request, options } = given(actionOf('a', '1 {{.system.task.id}}'), actionOf('b', '2 {{.system.task.id}}'));
  const order = okValue(renderOrder(request, taskAt(request, 1), options));
  t.deepEqual(
    [order, ...order.followUps].map(({ config }) => config['query']),
    [{ q: `1 ${request.tasks[0]?.id}` }, { q: `2 ${request.tasks[1]?.id}` }],
  );
});

test('what can’t be filled in ends the order, and fails when its own turn has come', (t) => {
  const broken = actionOf('c', '{{.output.nothing}}');
  t.deepEqual(brought(actionOf('a', '1'), actionOf('b', '2'), broken, actionOf('d', '4')), ['b']);
  const { request, options } = given(broken);
  t.like(renderOrder(request, taskAt(request, 1), options), { ok: false, error: { code: 'TEMPLATE_ERROR' } });
});

test('a task that waits for a callback ends the order: that may come before anybody has heard of its start', (t) => {
  const waits = actionOf('b', '2', { waitForCallback: true });
  t.deepEqual(brought(actionOf('a', '1'), waits, actionOf('c', '3')), []);
  t.deepEqual(brought(actionOf('a', '1', { waitForCallback: true }), actionOf('b', '2')), ['b'], 'the first may');
});

test('an order brings at most 64 KiB of configuration beside that of its first task', (t) => {
  const { request, options } = given(actionOf('a', ''));
  const empty = JSON.stringify(okValue(renderOrder(request, taskAt(request, 1), options)).config).length;
  const sized = (id: string, size: number): Action => actionOf(id, 'x'.repeat(size - empty));
  const half = 32_768;
  t.deepEqual(brought(sized('a', 70_000), sized('b', half), sized('c', half), sized('d', empty)), ['b', 'c']);
  t.deepEqual(brought(sized('a', empty), sized('b', half), sized('c', half + 1), sized('d', empty)), ['b']);
});

test('what is queued is what was rendered: its follow-ups stay pending, with whose they are', (t) => {
  const { request, options } = given(actionOf('a', '1'), actionOf('b', '2'), actionOf('c', '{{.output.nothing}}'));
  const { progress, dispatched } = dispatchDue(begin(request), { ...options, recording: aRecording });
  t.deepEqual(
    progress.request.tasks.map(({ status, queuedAt, followUpOf }) => [status, queuedAt, followUpOf]),
    [
      ['queued', AT, null],
      ['pending', null, 1],
      ['pending', null, null],
    ],
  );
  t.deepEqual(
    required(dispatched[0]).followUps.map(({ task }) => task.position),
    [2],
  );
  const again = okValue(renderOrder(progress.request, taskAt(progress.request, 1), options));
  t.deepEqual(
    again.followUps.map(({ config }) => config),
    dispatched[0]?.followUps.map(({ config }) => config),
  );
});
