import { devNull } from 'node:os';
import { GitError, GitPluginError, type SimpleGit, simpleGit } from 'simple-git';

/** A run of git that did not end well. What git said is in `stderr`, not in the message: it may quote what it was given. */
export class GitFailure extends GitError {
  override readonly name = 'GitFailure';
  readonly exitCode: number;
  readonly stderr: string;
  readonly stdout: string;

  constructor(exitCode: number, stderr: string, stdout: string) {
    // simple-git lets only its own errors through as they are.
    super(undefined, `git ended with ${exitCode}`);
    this.exitCode = exitCode;
    this.stderr = stderr;
    this.stdout = stdout;
  }
}

export interface GitOptions {
  /** The bare repository all commands work in. */
  readonly directory: string;
  /** What the process has; git sees a few of it. */
  readonly environment: NodeJS.ProcessEnv;
  /** Settings of git, given where no other process can read them. */
  readonly settings: readonly (readonly [key: string, value: string])[];
  /** Of ssh, beside those of every call. */
  readonly sshOptions: readonly string[];
  readonly allowFiles: boolean;
  /** On the scale of `performance.now()`. */
  readonly deadline: number;
}

export interface GitCall {
  readonly input?: string | Buffer;
  readonly environment?: NodeJS.ProcessEnv;
}

/** Runs one command and answers what it says. Rejects with GitFailure, or with what kept git from ending. */
export type Git = (args: readonly string[], call?: GitCall) => Promise<string>;

/** The only variables of the process that git is given: its own would let the surroundings change what it does. */
const PASSED_ON = ['PATH', 'HOME', 'SSH_AUTH_SOCK', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'SystemRoot', 'USERPROFILE'];

const MAX_OUTPUT = 16 * 1024 * 1024;
const MAX_STDERR = 10_000;

/** Hooks, helpers, redirects and prompts are off; nothing of the surroundings has a say. */
const FIXED: readonly (readonly [string, string])[] = [
  ['core.hooksPath', devNull],
  ['core.fsmonitor', 'false'],
  ['core.protectHFS', 'true'],
  ['core.protectNTFS', 'true'],
  ['credential.helper', ''],
  ['http.followRedirects', 'false'],
  ['http.proxy', ''],
  ['http.lowSpeedLimit', '1000'],
  ['http.lowSpeedTime', '30'],
  ['fetch.recurseSubmodules', 'false'],
  ['push.recurseSubmodules', 'no'],
  ['commit.gpgSign', 'false'],
  ['gc.auto', '0'],
];

const environmentOf = ({ directory, environment, settings, sshOptions, allowFiles }: GitOptions): NodeJS.ProcessEnv => {
  const entries = [...FIXED, ...settings];
  const numbered = entries.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return {
    ...Object.fromEntries(PASSED_ON.flatMap((name) => (environment[name] ? [[name, environment[name]]] : []))),
    LC_ALL: 'C',
    GIT_DIR: directory,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: devNull,
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    GIT_ALLOW_PROTOCOL: allowFiles ? 'https:http:ssh:file' : 'https:http:ssh',
    GIT_SSH_COMMAND: ['ssh', '-o BatchMode=yes', '-o ConnectTimeout=15', ...sshOptions].join(' '),
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_CONFIG_COUNT: String(entries.length),
    ...Object.fromEntries(numbered),
  };
};

/** What this file sets itself; simple-git refuses it from others. */
const ALLOWED = {
  allowUnsafeAskPass: true,
  allowUnsafeConfigEnvCount: true,
  allowUnsafeConfigPaths: true,
  allowUnsafeCredentialHelper: true,
  allowUnsafeFsMonitor: true,
  allowUnsafeHooksPath: true,
  allowUnsafeSshCommand: true,
  allowUnsafeGitProxy: true,
} as const;

const textOf = (chunks: readonly Buffer[], limit: number): string =>
  Buffer.concat(chunks).toString('utf8').slice(0, limit);

/** git, as a program of its own that obeys nothing but what it is told here. */
export const createGit = (options: GitOptions): Git => {
  const base = environmentOf(options);
  return (args, { input = '', environment = {} } = {}) => {
    const limit = new AbortController();
    const left = Math.max(1, Math.floor(options.deadline - performance.now()));
    const variables = { ...base, ...environment };
    const git: SimpleGit = simpleGit({
      baseDir: options.directory,
      abort: AbortSignal.any([limit.signal, AbortSignal.timeout(left)]),
      allowEnvironment: Object.keys(variables),
      completion: { onClose: true, onExit: false },
      errors: (error, { exitCode, stdErr, stdOut }) => {
        if (error instanceof GitPluginError) return error;
        return exitCode === 0
          ? undefined
          : new GitFailure(exitCode, textOf(stdErr, MAX_STDERR), textOf(stdOut, MAX_STDERR));
      },
      input: () => input,
      unsafe: ALLOWED,
    });
    git.outputHandler((_command, stdout) => {
      let bytes = 0;
      stdout.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > MAX_OUTPUT) limit.abort();
      });
    });
    return git.env(variables).raw([...args]);
  };
};
