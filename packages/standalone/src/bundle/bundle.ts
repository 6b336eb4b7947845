import { readFileSync, statSync } from 'node:fs';

/** What runs by itself, in a process or a thread: the names of the bundle's entry files, and the modules they are made of. */
export const ENTRIES = {
  run: 'packages/standalone/src/run.ts',
  'executor-thread': 'packages/standalone/src/executor-thread/main.ts',
  outside: 'packages/standalone/src/outside/main.ts',
};

export const ROOT: URL = new URL('../../../../', import.meta.url);

/** Goes with every `npm ci`, and no tool of the gate looks into it. */
export const BUNDLE: URL = new URL('node_modules/.cache/pao/', ROOT);

/** A file as it was when the bundle was made: its path from the root, when it was changed in milliseconds, its size in bytes. */
export type Input = readonly [path: string, changedMs: number, size: number];

export const inputAt = (path: string): Input => {
  const { mtimeMs, size } = statSync(new URL(path, ROOT));
  return [path, mtimeMs, size];
};

const isAsBundled = ([path, changedMs, size]: Input): boolean => {
  const now = statSync(new URL(path, ROOT), { throwIfNoEntry: false });
  return now?.mtimeMs === changedMs && now.size === size;
};

const inputsOf = (bundle: URL): readonly Input[] | undefined => {
  try {
    return JSON.parse(readFileSync(new URL('inputs.json', bundle), 'utf8')) as readonly Input[];
  } catch {
    // None was made, or its making was broken off.
    return undefined;
  }
};

/**
 * The entry `run` of the bundle, unless a source was changed since it was made. With tracing there is none: the parts that are
 * traced are found by the names of their modules, which a bundle no longer has.
 */
export const bundledRun = (environment: NodeJS.ProcessEnv, bundle: URL = BUNDLE): URL | undefined => {
  if (environment['OTEL_EXPORTER_OTLP_ENDPOINT']) return undefined;
  return inputsOf(bundle)?.every(isAsBundled) === true ? new URL('run.mjs', bundle) : undefined;
};
