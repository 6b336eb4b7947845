import type { Action } from '@pao/documents';
import test from 'ava';
import { A_FAILURE, A_TICKET, AT, aRequest, aTask, later, okValue, sha256, uuid } from '../../../test/given.ts';
import { decideByPerson, possibleDecisions, type RequestDecision } from './decisions.ts';
import { evolve } from './evolve.ts';
import type { Plan } from './plan.ts';
import type { Request, Task } from './request.ts';
import { type Rollback, rollbackOf } from './rollback.ts';
import { undoOrder } from './undo-order.ts';

const anAction = (action: Partial<Action> = {}): Action => ({
  type: 'rest-api',
  id: 'rest-api-1',
  config: { endpoint: { url: 'https://api.example/things', method: 'POST' } },
  executor: 'default',
  idempotent: false,
  ...action,
});

const A_ROLLBACK = {
  type: 'rest-api',
  id: 'rest-api-1-rollback',
  config: { endpoint: { url: 'https://api.example/things/{{.output.id}}', method: 'DELETE' } },
  executor: 'default',
  idempotent: true,
};

const aPlan = (request: Request, ...actions: readonly Action[]): Plan => ({
  kind: 'item',
  main: request.catalog,
  name: request.name,
  input: request.input,
  secretPaths: [],
  metadata: {},
  tasks: actions.map((action, index) => ({
    component: null,
    catalog: request.catalog,
    action,
    dependsOn: request.tasks[index]?.dependsOn ?? [],
    input: { values: request.input, declaredPaths: ['name'], secretPaths: [] },
  })),
});

const POOLS = [{ name: 'dns', actionTypes: [{ type: 'dns-record', canRollBack: true }] }] as never;

const planned = (request: Request, actions: readonly Action[]): Rollback => {
  let ids = 100;
  const platform = { environment: 'test', account: '', region: '' };
  const options = { platform, digest: sha256, pools: POOLS, newId: () => uuid((ids += 1)) };
  return rollbackOf(request, { ...options, plan: aPlan(request, ...actions) });
};

const done = (position: number, task: Partial<Task> = {}): Task =>
  aTask({ position, status: 'completed', startedAt: AT, finishedAt: later(position), ...task });

const failed = (position: number, task: Partial<Task> = {}): Task =>
  aTask({ position, status: 'failed', failure: A_FAILURE, startedAt: AT, finishedAt: later(position), ...task });

const positions = (tasks: readonly Task[]): readonly number[] => tasks.map(({ position }) => position);

test('what was done last is undone first, and nothing before what depends on it, whatever the clocks say', (t) => {
  t.deepEqual(positions(undoOrder(aRequest([done(1), done(2), failed(3)]))), [3, 2, 1]);
  const late = done(1, { finishedAt: later(99) });
  t.deepEqual(positions(undoOrder(aRequest([late, done(2, { dependsOn: [1] })]))), [2, 1]);
  t.deepEqual(positions(undoOrder(aRequest([late, done(2)]))), [1, 2]);
  const between = aTask({ position: 2, dependsOn: [1], status: 'skipped' });
  t.deepEqual(positions(undoOrder(aRequest([late, between, done(3, { dependsOn: [2] })]))), [3, 1]);
});

test('an undo is a task after the last one, one after the other, filled in with what was given', (t) => {
  const request = aRequest([done(1, { outputs: { id: 'a/1' } }), done(2, { outputs: { id: 'b' } }), failed(3)]);
  const { undone, stays } = planned(request, [
    anAction({ rollback: A_ROLLBACK }),
    anAction({ rollback: A_ROLLBACK }),
    anAction(),
  ]);
  t.deepEqual(stays, []);
  t.deepEqual(
    undone.map(({ undo, payload }) => [undo.position, undo.rollbackOf, undo.dependsOn, undo.name, payload]),
    [
      [4, 2, [], 'Undo: Create it', { endpoint: { url: 'https://api.example/things/b', method: 'DELETE' } }],
      [5, 1, [4], 'Undo: Create it', { endpoint: { url: 'https://api.example/things/a%2F1', method: 'DELETE' } }],
    ],
  );
});

test('an undo that can not be filled in says why, and is offered all the same', (t) => {
  const [only] = planned(aRequest([done(1), failed(2)]), [anAction({ rollback: A_ROLLBACK }), anAction()]).undone;
  t.is(only?.payload, null);
  t.regex(only?.problem ?? '', /^at \/endpoint\/url: /);
});

test('what people did, what nobody can undo and what may have happened stays, each with its reason', (t) => {
  const stuck = aTask({ position: 5, status: 'stuck', stuck: 'outcome-unknown', startedAt: AT, failure: A_FAILURE });
  const request = aRequest([
    done(1, { byHand: true, ticket: A_TICKET }),
    done(2),
    done(3),
    done(4, { outputs: { id: 'x' } }),
    stuck,
    failed(6, { failure: { ...A_FAILURE, evidence: { doneBefore: [{ step: 'commit' }] } } }),
  ]);
  const never = { ...A_ROLLBACK, when: "current.name == 'other'" };
  const actions = [
    anAction({ rollback: A_ROLLBACK }),
    anAction(),
    anAction({ config: { endpoint: { url: 'https://api.example', method: 'GET' } } }),
    anAction({ rollback: never }),
    anAction({ rollback: A_ROLLBACK }),
    anAction({ rollback: A_ROLLBACK }),
  ];
  const { undone, stays } = planned(request, actions);
  t.deepEqual(undone, []);
  t.deepEqual(
    stays.toSorted((a, b) => a.task.position - b.task.position).map(({ task, why }) => [task.position, why]),
    [
      [1, 'by-hand'],
      [2, 'not-undoable'],
      [4, 'condition'],
      [5, 'unknown'],
      [6, 'broke-off'],
    ],
  );
  t.regex(stays.find(({ why }) => why === 'by-hand')?.note ?? '', /OPS-1.*undo it by hand/);
});

test('a type that can undo itself gets the configuration it had, in its own pool', (t) => {
  const request = aRequest([done(1, { type: 'dns-record', executor: 'dns' }), failed(2)]);
  const action = anAction({
    type: 'dns-record',
    executor: 'dns',
    config: { name: '{{.current.name}}' },
    when: '`false`',
  });
  const [only] = planned(request, [action, anAction()]).undone;
  t.like(only, {
    payload: { name: 'orders-db' },
    planned: { undoes: 'by-itself' },
    undo: { executor: 'dns', type: 'dns-record' },
  });
  const elsewhere = { ...action, executor: 'default' };
  t.deepEqual(planned(request, [elsewhere, anAction()]).undone, []);
});

test('Terraform destroys where the document says so, also what a run that broke off has left', (t) => {
  const request = aRequest([done(1, { type: 'terraform' }), failed(2, { type: 'terraform' })]);
  const terraform = (config: Action['config']): Action => anAction({ type: 'terraform', config });
  const applied = terraform({ files: [], destroyOnRollback: true });
  t.deepEqual(positions(planned(request, [applied, applied]).undone.map(({ task }) => task)), [2, 1]);
  for (const config of [
    { files: [] },
    { mode: 'generate', destroyOnRollback: true },
    { repository: 'a/b', destroyOnRollback: true },
  ])
    t.deepEqual(planned(request, [terraform(config), terraform(config)]).undone, []);
});

const ROLL_BACK = { kind: 'rollback', at: AT, reason: 'not wanted', acknowledgeUnknown: false } as const;

const rolledBack = (request: Request, more: Partial<RequestDecision & { kind: 'rollback' }> = {}): Request => {
  const undos = planned(
    request,
    request.tasks.map(() => anAction({ rollback: A_ROLLBACK })),
  ).undone.map(({ undo }) => undo);
  return okValue(decideByPerson(request, { ...ROLL_BACK, undos, ...more })).reduce(evolve, request);
};

test('a rollback leaves out what was not done, and ends the request once all is undone', (t) => {
  const request = rolledBack(
    aRequest([done(1, { outputs: { id: 'a' } }), failed(2), aTask({ position: 3, dependsOn: [2] })]),
  );
  t.is(request.status, 'rolling-back');
  t.deepEqual(
    request.tasks.map(({ status }) => status),
    ['completed', 'skipped', 'skipped', 'pending'],
  );
  t.deepEqual(possibleDecisions(request), ['abort']);
  const at = (status: Task['status']): Request =>
    aRequest(request.tasks.with(3, { ...(request.tasks[3] as Task), status }), request.decision);
  t.is(at('completed').status, 'aborted');
  t.is(at('failed').status, 'failed');
  t.deepEqual(possibleDecisions(at('failed')), ['retry', 'escalate', 'complete-task', 'abort']);
  const retried = okValue(decideByPerson(at('failed'), { ...ROLL_BACK, kind: 'retry' })).reduce(evolve, at('failed'));
  t.is(retried.status, 'rolling-back');
  t.deepEqual(
    retried.tasks.map(({ generation }) => generation),
    [1, 1, 1, 2],
  );
  const left = okValue(decideByPerson(at('failed'), { kind: 'abort', at: AT, reason: null })).reduce(
    evolve,
    at('failed'),
  );
  t.is(left.status, 'aborted');
});

test('what may have happened has to be acknowledged, and nothing is undone while an executor is at it', (t) => {
  const stuck = aTask({ position: 2, status: 'stuck', stuck: 'outcome-unknown', startedAt: AT, failure: A_FAILURE });
  const request = aRequest([done(1, { outputs: { id: 'a' } }), stuck]);
  const refusal = decideByPerson(request, { ...ROLL_BACK, undos: [] });
  t.like(refusal, { ok: false, error: { kind: 'acknowledgement-needed' } });
  t.is(rolledBack(request, { acknowledgeUnknown: true }).status, 'rolling-back');
  const busy = aRequest([done(1), failed(2), aTask({ position: 3, status: 'processing' })]);
  t.like(decideByPerson(busy, { ...ROLL_BACK, undos: [] }), { ok: false, error: { kind: 'under-way' } });
  t.deepEqual(decideByPerson(aRequest([failed(1)]), { ...ROLL_BACK, undos: [] }), {
    ok: false,
    error: { kind: 'nothing-to-undo' },
  });
});
