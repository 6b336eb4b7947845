import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { buildProgram } from '../program.ts';

export interface Run {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** Runs devctl with no PAO to ask. */
export const runOffline = async (
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Run> => {
  const out: string[] = [];
  const error: string[] = [];
  const program = buildProgram({
    out: (line) => void out.push(line),
    error: (line) => void error.push(line),
    environment,
    readStandardInput: async () => '',
    colour: false,
    signal: new AbortController().signal,
  });
  const code = await program.run(['--url', 'http://127.0.0.1:9', ...args]);
  return { code, out: out.join('\n'), error: error.join('\n') };
};

export const write = async (folder: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> => {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
};

/** A temporary folder with these files. */
export const folderOf = async (
  t: ExecutionContext,
  files: Readonly<Record<string, string | Uint8Array>> = {},
): Promise<string> => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'pao-devctl-')));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  await write(folder, files);
  return folder;
};

/** An item in `databases` that is right; its owner line can be left out. */
export const itemText = (id = 'database-redis-small', owner = '  owner: { team: platform-databases }\n'): string => `\
schemaVersion: catalog/v1
kind: CatalogItem
metadata:
  id: ${id}
  name: Redis cache
  description: A small managed Redis cache for one application, reachable from its namespace.
  version: 1.0.0
  category: databases
${owner}input:
  form:
    name: Cache name
    validation: { pattern: "^[a-z]+$" }
    groups:
      - id: basic
        name: Basics
        fields: [{ id: size, name: Size, type: number, default: 1 }]
fulfillment:
  strategy: { mode: manual }
  manual:
    actions: [{ type: jira-ticket, config: { ticket: { project: DBA, summaryTemplate: "Create {{.current.name}}" } } }]
`;

export const bundleText = (item = 'database-redis-small'): string => `\
schemaVersion: catalog/v1
kind: CatalogBundle
metadata:
  id: bundle-cache-standard
  name: A cache and nothing else
  description: A bundle of one component, which is enough to see whether what it names is there.
  version: 1.0.0
  owner: { team: platform-experience }
components: [{ id: cache, catalogItem: ${item}, dependsOn: [] }]
input:
  form: { name: Name, validation: { pattern: "^[a-z]+$" } }
fulfillment:
  orchestration: { mode: sequential }
`;

/** A text of an item with one error: the type of its field. */
export const wrongText = (id?: string): string => itemText(id).replace('type: number', 'type: numbr');

/** git in a folder, untouched by the settings of whoever runs the tests. */
export const git = (folder: string, ...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.test', ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });

/** A repository on branch `work`, begun at `main`, which holds these files. */
export const repositoryOf = async (t: ExecutionContext, files: Readonly<Record<string, string>>): Promise<string> => {
  const folder = await folderOf(t, files);
  git(folder, 'init', '-q', '-b', 'main');
  commit(folder);
  git(folder, 'switch', '-q', '-c', 'work');
  return folder;
};

export const commit = (folder: string): void => {
  git(folder, 'add', '-A');
  git(folder, 'commit', '-q', '--allow-empty', '-m', 'a step');
};
