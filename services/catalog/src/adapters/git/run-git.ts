import { devNull } from 'node:os';
import { GitError, GitPluginError, type SimpleGit, simpleGit } from 'simple-git';

/** A run of git that did not end well. What git said is in `stderr`, not in the message: it may quote what it was given. */
export class GitFailure extends GitError {
  override readonly name = 'GitFailure';
  readonly exitCode: number;
  readonly stderr: string;

  constructor(exitCode: number, stderr: string) {
    // simple-git lets only its own errors through as they are.
    super(undefined, `git ended with ${exitCode}`);
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}

export interface GitOptions {
  /** The bare repository all commands work in. */
  readonly directory: string;
  /** The address and the token its owner gives out; sent to that address and no other. */
  readonly remote: { readonly url: string; readonly token?: string };
  /** What the process has: of it git sees only the search path, home, proxies and certificates. */
  readonly environment: NodeJS.ProcessEnv;
  /** Of one command. */
  readonly timeoutMs: number;
}

/** Runs one command. Rejects with GitFailure, or with what kept git from being started. */
export interface Git {
  readonly text: (args: readonly string[], maxBytes: number) => Promise<string>;
  /** The contents of objects by `git cat-file --batch`. */
  readonly batch: (objects: readonly string[], maxBytes: number) => Promise<Buffer>;
}

/** The only variables of the process that git is given: its own would let the surroundings change what it does. */
const PASSED_ON = [
  'PATH',
  'HOME',
  'SSH_AUTH_SOCK',
  'HTTPS_PROXY',
  'https_proxy',
  'ALL_PROXY',
  'all_proxy',
  'NO_PROXY',
  'no_proxy',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'SystemRoot',
  'USERPROFILE',
];

/** ssh asks nobody, and gives up on a host that is away. */
const SSH = 'ssh -o BatchMode=yes -o ConnectTimeout=15';

const MAX_STDERR = 10_000;

const credentialOf = ({ url, token }: GitOptions['remote']): readonly (readonly [string, string])[] => {
  if (token === undefined || !/^https?:/.test(url)) return [];
  const { origin, username } = new URL(url);
  const basic = Buffer.from(`${decodeURIComponent(username) || 'x-access-token'}:${token}`).toString('base64');
  return [[`http.${origin}/.extraHeader`, `Authorization: Basic ${basic}`]];
};

/** Given through the environment: arguments can be read by every process of the machine. */
const configOf = (remote: GitOptions['remote']): NodeJS.ProcessEnv => {
  const entries: readonly (readonly [string, string])[] = [
    ['core.hooksPath', devNull],
    ['core.fsmonitor', 'false'],
    ['credential.helper', ''],
    ['http.followRedirects', 'false'],
    ['http.lowSpeedLimit', '1000'],
    ['http.lowSpeedTime', '30'],
    ['fetch.recurseSubmodules', 'false'],
    ['gc.autoDetach', 'false'],
    ...credentialOf(remote),
  ];
  const numbered = entries.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return { GIT_CONFIG_COUNT: String(entries.length), ...Object.fromEntries(numbered) };
};

const environmentOf = ({ directory, remote, environment }: GitOptions): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(PASSED_ON.flatMap((name) => (environment[name] ? [[name, environment[name]]] : []))),
  LC_ALL: 'C',
  GIT_DIR: directory,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: devNull,
  GIT_TERMINAL_PROMPT: '0',
  GIT_ASKPASS: '',
  GIT_ALLOW_PROTOCOL: 'https:ssh:file',
  GIT_SSH_COMMAND: SSH,
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_OPTIONAL_LOCKS: '0',
  ...configOf(remote),
});

/** What this file sets itself; simple-git refuses it from others. */
const ALLOWED = {
  allowUnsafeAskPass: true,
  allowUnsafeConfigEnvCount: true,
  allowUnsafeConfigPaths: true,
  allowUnsafeCredentialHelper: true,
  allowUnsafeFsMonitor: true,
  allowUnsafeHooksPath: true,
  allowUnsafeSshCommand: true,
} as const;

const stderrOf = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString('utf8').slice(0, MAX_STDERR);

/** git, as a program of its own that obeys nothing but what it is told here. */
export const createGit = (options: GitOptions): Git => {
  const environment = environmentOf(options);

  const run = async <T>(command: (git: SimpleGit) => Promise<T>, maxBytes: number, input = ''): Promise<T> => {
    const limit = new AbortController();
    const abort = AbortSignal.any([limit.signal, AbortSignal.timeout(options.timeoutMs)]);
    const git = simpleGit({
      baseDir: options.directory,
      abort,
      allowEnvironment: Object.keys(environment),
      completion: { onClose: true, onExit: false },
      errors: (error, { exitCode, stdErr }) => {
        // This process's own: the time or the size was up.
        if (error instanceof GitPluginError) return error;
        return exitCode === 0 ? undefined : new GitFailure(exitCode, stderrOf(stdErr));
      },
      input: () => input,
      unsafe: ALLOWED,
    });
    git.outputHandler((_command, stdout) => {
      let bytes = 0;
      stdout.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > maxBytes) limit.abort();
      });
    });
    return command(git.env(environment));
  };

  return {
    text: (args, maxBytes) => run(async (git) => git.raw([...args]), maxBytes),
    batch: (objects, maxBytes) =>
      run(async (git): Promise<Buffer> => git.binaryCatFile(['--batch']), maxBytes, `${objects.join('\n')}\n`),
  };
};
