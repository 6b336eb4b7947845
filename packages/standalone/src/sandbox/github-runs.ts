import { isJsonObject, type JsonObject } from '@pao/kernel';
import type { Asked, Handler, Route } from './github.ts';
import { type Answer, plainText } from './http.ts';

/** A run takes so long. */
const RUN_MS = 5_000;

const absent: Answer = { status: 404, body: { message: 'Not Found', status: '404' } };

/** The workflows of the sandbox are there when they are asked for, take the attempt's name and do nothing. */
const WORKFLOW = [
  'run-name: ${{ inputs.pao_key }}',
  'on:',
  '  workflow_dispatch:',
  '    inputs:',
  '      pao_key:',
  '        type: string',
  '',
].join('\n');

const getWorkflow: Handler = () => ({
  status: 200,
  body: { type: 'file', encoding: 'base64', content: Buffer.from(WORKFLOW).toString('base64') },
});

const fails = (inputs: unknown): boolean =>
  isJsonObject(inputs) && Object.values(inputs).some((value) => plainText(value).includes('fail'));

const shapeOf = ({ web, at }: Asked, run: JsonObject): JsonObject => {
  const createdAt = plainText(run['createdAt']);
  const isOver = at.getTime() - Date.parse(createdAt) > RUN_MS;
  return {
    id: run['number'] ?? 0,
    name: run['workflow'] ?? '',
    display_title: run['title'] ?? '',
    event: 'workflow_dispatch',
    head_branch: run['ref'] ?? '',
    status: isOver ? 'completed' : 'in_progress',
    conclusion: isOver ? (fails(run['inputs']) ? 'failure' : 'success') : null,
    created_at: createdAt,
    html_url: `${web}/actions/runs/${plainText(run['number'])}`,
  };
};

/** Fails, five seconds later, when an input holds `fail`. */
const dispatch: Handler = (asked) => {
  const { store, repository, body, at, parts } = asked;
  const workflow = parts[0] ?? '';
  const inputs = isJsonObject(body['inputs']) ? body['inputs'] : {};
  const number = store.nextNumber('run');
  const title = plainText(inputs['pao_key']) || workflow;
  const run = { number, workflow, title, ref: plainText(body['ref']), inputs, createdAt: at.toISOString() };
  store.saveThing(repository, 'run', run);
  const { html_url: url = '' } = shapeOf(asked, run);
  return { status: 200, body: { workflow_run_id: number, run_url: url, html_url: url } };
};

const list: Handler = (asked) => {
  const runs = asked.store.things(asked.repository, 'run').filter(({ workflow }) => workflow === asked.parts[0]);
  return { status: 200, body: { total_count: runs.length, workflow_runs: runs.map((run) => shapeOf(asked, run)) } };
};

const onRun =
  (act: (asked: Asked, run: JsonObject) => JsonObject): Handler =>
  (asked) => {
    const run = asked.store.thing(asked.repository, 'run', Number(asked.parts[0]));
    return run ? { status: 200, body: act(asked, run) } : absent;
  };

const jobsOf = (_asked: Asked, { inputs }: JsonObject): JsonObject => {
  const conclusion = fails(inputs) ? 'failure' : 'success';
  return { total_count: 1, jobs: [{ id: 1, name: 'run', conclusion, steps: [{ name: 'Do it', conclusion }] }] };
};

export const runRoutes: readonly Route[] = [
  ['GET', /^\/contents\/\.github\/workflows\/[^/]+$/, getWorkflow],
  ['POST', /^\/actions\/workflows\/([^/]+)\/dispatches$/, dispatch],
  ['GET', /^\/actions\/workflows\/([^/]+)\/runs$/, list],
  ['GET', /^\/actions\/runs\/(\d+)$/, onRun(shapeOf)],
  ['GET', /^\/actions\/runs\/(\d+)\/jobs$/, onRun(jobsOf)],
  ['GET', /^\/actions\/runs\/(\d+)\/artifacts$/, onRun(() => ({ total_count: 0, artifacts: [] }))],
];
