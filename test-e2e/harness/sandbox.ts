import type { Standalone } from './standalone.ts';

export interface SandboxCall {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

interface SandboxIssue {
  readonly key: string;
}

/** The sandbox's own record, read where a person would find it: at the address that the start prints. */
const read = async (system: Standalone, what: string): Promise<unknown> => {
  const url = /sandbox\S*\s+(http:\/\/127\.0\.0\.1:\d+)/i.exec(system.output())?.[1];
  if (url === undefined) throw new Error(`no sandbox address in:\n${system.output()}`);
  return (await fetch(`${url}/_sandbox/${what}`)).json();
};

/** Every call the sandbox received, oldest first. */
export const sandboxCalls = async (system: Standalone): Promise<readonly SandboxCall[]> =>
  (await read(system, 'calls')) as readonly SandboxCall[];

/** Every ticket of the sandbox's Jira, oldest first. */
export const sandboxIssues = async (system: Standalone): Promise<readonly SandboxIssue[]> =>
  (await read(system, 'issues')) as readonly SandboxIssue[];
