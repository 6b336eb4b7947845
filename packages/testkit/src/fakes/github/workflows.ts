import { isJsonObject, type JsonObject } from '@pao/kernel';
import { type Answer, failure, NOT_FOUND, type Served } from './answer.ts';

export interface FakeArtifact {
  readonly name: string;
  readonly zip: Uint8Array;
}

export interface FakeRun {
  readonly id: number;
  readonly workflow: string;
  readonly title: string;
  readonly branch: string;
  readonly inputs: JsonObject;
  readonly createdAt: Date;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: string | null;
  /** Names of the steps that failed, by job. */
  failedSteps: Readonly<Record<string, string>>;
  artifacts: readonly FakeArtifact[];
}

interface Workflow {
  readonly inputs: ReadonlySet<string>;
  readonly runName: string | undefined;
}

const text = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';

const objectIn = (value: unknown): JsonObject => (isJsonObject(value) ? value : {});

/** Of a workflow as tests write it: inputs six spaces in, one a line. */
const workflowAt = ({ repository }: Served, file: string, ref: string): Workflow | undefined => {
  const content = repository.read(`.github/workflows/${file}`, ref);
  if (content === undefined) return undefined;
  const inputs = new Set([...content.matchAll(/^ {6}(\w+):/gm)].map(([, name = '']) => name));
  return { inputs, runName: /^run-name: (.*)$/m.exec(content)?.[1] };
};

const titleOf = ({ runName }: Workflow, inputs: JsonObject, file: string): string =>
  runName?.replaceAll(/\$\{\{ *inputs\.(\w+) *\}\}/g, (_, name: string) => text(inputs[name])) ?? file;

const runUrl = ({ url }: Served, id: number): string => `${url}/octo/runs/${id}`;

const ID = 9_000_000_000;

const dispatch: Answer = (served, { path: { workflow_id: file = '' }, body }) => {
  const { runs, isEnterprise } = served;
  const [ref, inputs] = [text(body['ref']), objectIn(body['inputs'])];
  if (isEnterprise && body['return_run_details'] !== undefined) {
    return { status: 400, known: { message: 'Invalid request. "return_run_details" is not a permitted key.' } };
  }
  const workflow = workflowAt(served, file, ref);
  if (!workflow) return NOT_FOUND;
  const unexpected = Object.keys(inputs).filter((name) => !workflow.inputs.has(name));
  if (unexpected.length > 0) return failure(422, `Unexpected inputs provided: ${JSON.stringify(unexpected)}`);
  const run: FakeRun = {
    id: ID + runs.length + 1,
    workflow: file,
    title: titleOf(workflow, inputs, file),
    branch: ref,
    inputs,
    createdAt: new Date(),
    status: 'queued',
    conclusion: null,
    failedSteps: {},
    artifacts: [],
  };
  runs.push(run);
  if (body['return_run_details'] !== true) return { status: 204 };
  const html_url = runUrl(served, run.id);
  return { status: 200, known: { workflow_run_id: run.id, run_url: html_url, html_url } };
};

const shapeOf = (served: Served, run: FakeRun): JsonObject => ({
  id: run.id,
  name: run.workflow,
  display_title: run.title,
  event: 'workflow_dispatch',
  head_branch: run.branch,
  status: run.status,
  conclusion: run.conclusion,
  created_at: run.createdAt.toISOString(),
  html_url: runUrl(served, run.id),
});

const list: Answer = (served, { path: { workflow_id: file = '' }, query }) => {
  const since = query.get('created')?.replace('>=', '');
  const found = served.runs.filter(
    (run) => run.workflow === file && (since === undefined || run.createdAt.getTime() >= Date.parse(since)),
  );
  const workflow_runs = found.toReversed().map((run) => shapeOf(served, run));
  return { status: 200, known: { total_count: found.length, workflow_runs } };
};

const onRun =
  (act: (served: Served, run: FakeRun) => JsonObject): Answer =>
  (served, { path: { run_id: id } }) => {
    const run = served.runs.find((one) => String(one.id) === id);
    return run ? { status: 200, known: act(served, run) } : NOT_FOUND;
  };

const jobsOf = (_served: Served, { failedSteps }: FakeRun): JsonObject => {
  const jobs = Object.entries(failedSteps).map(([name, step], index) => ({
    id: index + 1,
    name,
    status: 'completed',
    conclusion: 'failure',
    steps: [
      { name: 'Set up job', status: 'completed', conclusion: 'success', number: 1 },
      { name: step, status: 'completed', conclusion: 'failure', number: 2 },
    ],
  }));
  return { total_count: jobs.length, jobs };
};

const artifactId = (run: FakeRun, index: number): number => run.id * 10 + index;

const artifactsOf = ({ url }: Served, run: FakeRun): JsonObject => {
  const artifacts = run.artifacts.map(({ name, zip }, index) => ({
    id: artifactId(run, index),
    name,
    size_in_bytes: zip.length,
    url: `${url}/artifacts/${artifactId(run, index)}`,
    archive_download_url: `${url}/artifacts/${artifactId(run, index)}/zip`,
    expired: false,
  }));
  return { total_count: artifacts.length, artifacts };
};

/** Of the store that archives are kept in, which is no part of the API. */
export const archiveAt = ({ runs }: Pick<Served, 'runs'>, path: string): Uint8Array | undefined => {
  const id = /^\/_storage\/(\d+)\.zip$/.exec(path)?.[1];
  return runs.flatMap((run) => run.artifacts.filter((_, index) => String(artifactId(run, index)) === id))[0]?.zip;
};

const download: Answer = ({ url }, { path: { artifact_id: id } }) => ({
  status: 302,
  headers: { location: `${url}/_storage/${id}.zip` },
});

export const workflowAnswers = {
  'actions/create-workflow-dispatch': dispatch,
  'actions/list-workflow-runs': list,
  'actions/get-workflow-run': onRun(shapeOf),
  'actions/list-jobs-for-workflow-run': onRun(jobsOf),
  'actions/list-workflow-run-artifacts': onRun(artifactsOf),
  'actions/download-artifact': download,
  'apps/get-repo-installation': () => ({ status: 200, known: { id: 7, app_id: 1 } }),
  'apps/create-installation-access-token': () => ({
    status: 201,
    known: { token: 'ghs_installation', expires_at: new Date(Date.now() + 3_600_000).toISOString() },
  }),
} satisfies Readonly<Record<string, Answer>>;
