import { spawn } from 'node:child_process';

export interface Watchdog {
  dismiss(): void;
}

// `read` returns when the other end of the pipe is closed, which the system does even for a parent killed by SIGKILL.
const SCRIPT = `read -r _
kill -INT "$1" 2>/dev/null
[ -n "$2" ] || exit 0
tries=0
while kill -0 "$1" 2>/dev/null && [ "$tries" -lt 200 ]; do sleep 0.05; tries=$((tries + 1)); done
rm -rf -- "$2"`;

/** A shell of one megabyte that stops the server when this process is gone, and then removes a throw-away directory. */
export const watchOver = (pid: number, removeAfterwards?: string): Watchdog => {
  const child = spawn('/bin/sh', ['-c', SCRIPT, 'postgres-watchdog', String(pid), removeAfterwards ?? ''], {
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
