import { isJsonObject, type JsonObject } from '@pao/kernel';
import type { SendHttp } from '@pao/outgoing';
import { type Artifact, artifactsSchema } from './answers.ts';
import type { GithubClient } from './client.ts';
import { unzipFile } from './unzip.ts';

/** What a run gives to later tasks: the artifact of this name, and the file in it. */
const OUTPUTS_ARTIFACT = 'pao-outputs';
const OUTPUTS_FILE = 'outputs.json';
const MAX_OUTPUTS = 1_048_576;

export interface Produced {
  readonly artifacts: readonly JsonObject[];
  /** Of `outputs.json`; empty where there is none. */
  readonly outputs: JsonObject;
  /** Why there is less than there should be. */
  readonly note?: string;
}

const listArtifacts = (github: GithubClient, runId: number) =>
  github.read({
    route: 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/artifacts',
    parameters: { run_id: runId, per_page: 100 },
    schema: artifactsSchema,
  });

interface Download {
  readonly send: SendHttp;
  readonly timeoutMs: number;
}

/** The archive is where GitHub sends us, at a store of another host: it gets no token of ours. */
const download = async (
  github: GithubClient,
  { id }: Artifact,
  { send, timeoutMs }: Download,
): Promise<Buffer | undefined> => {
  const route = 'GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}';
  const location = await github.locationOf({ route, parameters: { artifact_id: id, archive_format: 'zip' } });
  if (!location.ok || location.value === undefined || !URL.canParse(location.value)) return undefined;
  const exchange = await send({ url: new URL(location.value), method: 'GET', headers: {}, timeoutMs });
  if (exchange.kind !== 'answered' || exchange.status !== 200 || exchange.incomplete !== undefined) return undefined;
  return Buffer.from(exchange.body, exchange.binary ? 'base64' : 'utf8');
};

const parseOutputs = (file: Buffer | undefined): JsonObject | undefined => {
  if (file === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(file.toString('utf8'));
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

const readOutputs = async (
  github: GithubClient,
  artifact: Artifact,
  how: Download,
): Promise<Omit<Produced, 'artifacts'>> => {
  const archive = artifact.expired ? undefined : await download(github, artifact, how);
  const outputs = parseOutputs(archive && unzipFile(archive, OUTPUTS_FILE, MAX_OUTPUTS));
  return outputs ? { outputs } : { outputs: {}, note: `${OUTPUTS_ARTIFACT} holds no ${OUTPUTS_FILE} that can be read` };
};

/** What a run left: its artifacts by name, and the outputs that it means for later tasks. */
export const readProduced = async (github: GithubClient, runId: number, how: Download): Promise<Produced> => {
  const found = await listArtifacts(github, runId);
  if (!found.ok) return { artifacts: [], outputs: {}, note: `artifacts not known: ${found.error.failure.message}` };
  const artifacts = found.value.artifacts.map(({ name, size_in_bytes: size, archive_download_url: url }) => ({
    name,
    size,
    url,
  }));
  const wanted = found.value.artifacts.find(({ name }) => name === OUTPUTS_ARTIFACT);
  return wanted ? { artifacts, ...(await readOutputs(github, wanted, how)) } : { artifacts, outputs: {} };
};
