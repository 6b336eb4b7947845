import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Failure } from '@pao/executor-sdk';
import type { Result } from '@pao/kernel';
import type { TerraformOptions } from '../../terraform-settings.ts';
import { createReader, type Facts, newFacts, type TellLine } from './facts.ts';
import {
  createRunDirectory,
  findOrphan,
  type RunDirectory,
  type RunningChild,
  type Swept,
  sweepDirectories,
} from './run-directory.ts';
import { type ProcessEnd, runProcess } from './run-process.ts';
import { createSlots } from './slots.ts';
import { isThere, readVersion, type Version } from './version.ts';

/** What one step of an action has: its time, and people who listen. */
export interface Turn {
  /** On the scale of `performance.now()`. */
  readonly deadline: number;
  readonly tell: TellLine;
}

/** What one call of Terraform came to. */
export interface Call {
  readonly end: ProcessEnd;
  readonly facts: Facts;
  /** The end of what it said on its error output. */
  readonly errors: string;
  /** All of its output, as far as so many bytes. */
  output(): Promise<string>;
}

export interface CallOptions {
  readonly applies?: boolean;
  /** Where among the files it runs. */
  readonly folder?: string | undefined;
}

/** One folder with files that Terraform runs on, and the right to run it. */
export interface Run {
  readonly directory: RunDirectory;
  call(turn: Turn, args: readonly string[], options?: CallOptions): Promise<Call>;
  /** Frees all of it. Gives the path of a state that Terraform could not store. Safe to repeat. */
  close(): Promise<string | undefined>;
}

export interface Terraform {
  readonly options: TerraformOptions;
  /** Whether the program was there when the executor was put together. */
  readonly found: boolean;
  version(): Promise<Result<Version, Failure>>;
  /** Undefined when no run became free in the time of the turn. */
  open(name: string, turn: Turn, env: Readonly<Record<string, string>>): Promise<Run | undefined>;
  /** An apply of this effect that goes on although its executor is gone. */
  orphanOf(name: string): Promise<RunningChild | undefined>;
  sweep(): Promise<Swept>;
  /** Has every run end. */
  stop(): void;
}

const MAX_OUTPUT = 67_108_864;
const MAX_ERRORS = 8_192;

const readText = async (path: string, maxBytes: number, from: 'start' | 'end'): Promise<string> => {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const length = Math.min(size, maxBytes);
    const buffer = Buffer.alloc(length);
    await file.read(buffer, 0, length, from === 'start' ? 0 : size - length);
    return buffer.toString('utf8');
  } finally {
    await file.close();
  }
};

const environmentOf = (options: TerraformOptions, { home }: RunDirectory, env: Readonly<Record<string, string>>) => ({
  LANG: 'C.UTF-8',
  ...options.env,
  ...env,
  PATH: options.path,
  HOME: home,
  TMPDIR: home,
  TF_IN_AUTOMATION: '1',
  TF_INPUT: '0',
  CHECKPOINT_DISABLE: '1',
  ...(options.cliConfig !== undefined && { TF_CLI_CONFIG_FILE: options.cliConfig }),
  ...(options.pluginCache !== undefined && { TF_PLUGIN_CACHE_DIR: options.pluginCache }),
});

interface Opened {
  readonly options: TerraformOptions;
  readonly directory: RunDirectory;
  readonly env: Readonly<Record<string, string>>;
  readonly stopping: AbortSignal;
  readonly release: () => void;
}

const runOf = ({ options, directory, env, stopping, release }: Opened): Run => {
  let closing: Promise<string | undefined> | undefined;
  return {
    directory,
    call: async ({ deadline, tell }, args, { applies = false, folder = '.' } = {}) => {
      const facts = newFacts();
      const remainingMs = Math.max(0, deadline - performance.now());
      const end = await runProcess({
        binary: options.binary,
        args,
        cwd: join(directory.work, folder),
        env,
        outputIn: directory.path,
        remainingMs,
        graceMs: options.graceMs,
        stop: stopping,
        onLine: createReader(facts, tell),
        onStart: (pid) => directory.noteChild(pid, { applies, until: Date.now() + remainingMs }),
      });
      const errors = await readText(join(directory.path, 'err.log'), MAX_ERRORS, 'end');
      return { end, facts, errors, output: () => readText(join(directory.path, 'out.log'), MAX_OUTPUT, 'start') };
    },
    close: () => {
      closing ??= directory.remove().finally(release);
      return closing;
    },
  };
};

/** Terraform, or OpenTofu, as a program that is run here. */
export const createTerraform = (options: TerraformOptions): Terraform => {
  const slots = createSlots(options.concurrency);
  const stopping = new AbortController();
  let known: Promise<Result<Version, Failure>> | undefined;
  return {
    options,
    found: isThere(options),
    version: async () => {
      known ??= readVersion(options);
      const version = await known;
      // It may be installed later.
      if (!version.ok) known = undefined;
      return version;
    },
    open: async (name, { deadline }, env) => {
      const release = await slots.take(Math.max(0, deadline - performance.now()));
      if (release === undefined) return undefined;
      try {
        const directory = await createRunDirectory(options.directory, name);
        return runOf({
          options,
          directory,
          env: environmentOf(options, directory, env),
          stopping: stopping.signal,
          release,
        });
      } catch (error) {
        release();
        throw error;
      }
    },
    orphanOf: (name) => findOrphan(options.directory, name),
    sweep: () => sweepDirectories(options.directory, { graceMs: options.graceMs, now: Date.now() }),
    stop: () => stopping.abort(),
  };
};
