import { spawn } from 'node:child_process';

export interface Watchdog {
  dismiss(): void;
}

export interface WatchOptions {
  /** Of the server. */
  readonly pid: number;
  /** The server may live as long as this process; absent: as long as the present one. */
  readonly whilePid?: number | undefined;
  /** A throw-away directory to be removed in the end. */
  readonly removeAfterwards?: string | undefined;
}

// `read` returns when the other end of the pipe is closed, which the system does even for a parent killed by SIGKILL.
const SCRIPT = `if [ -n "$3" ]; then while kill -0 "$3" 2>/dev/null; do sleep 0.2; done; else read -r _; fi
kill -INT "$1" 2>/dev/null
[ -n "$2" ] || exit 0
tries=0
while kill -0 "$1" 2>/dev/null && [ -e "$2/cluster/postmaster.pid" ] && [ "$tries" -lt 200 ]; do sleep 0.05; tries=$((tries + 1)); done
rm -rf -- "$2"`;

/** A shell of one megabyte that stops the server when the process it belongs to is gone. */
export const watchOver = ({ pid, whilePid, removeAfterwards }: WatchOptions): Watchdog => {
  const parameters = [String(pid), removeAfterwards ?? '', whilePid === undefined ? '' : String(whilePid)];
  const child = spawn('/bin/sh', ['-c', SCRIPT, 'postgres-watchdog', ...parameters], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    cwd: '/',
    env: { PATH: process.env['PATH'] },
  });
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  child.unref();
  // A pipe end keeps the event loop alive unless it is let go; the types of child_process do not tell that it is a socket.
  if ('unref' in child.stdin && typeof child.stdin.unref === 'function') child.stdin.unref();
  return { dismiss: () => child.kill('SIGKILL') };
};
