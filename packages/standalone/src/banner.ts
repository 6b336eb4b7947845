import { join, relative } from 'node:path';
import { APPROVER_KEY_FILE } from './approver-key.ts';
import type { Config } from './config.ts';
import type { Addresses } from './standalone.ts';

const here = (path: string): string => {
  const short = relative(process.cwd(), path);
  return short === '' || short.startsWith('..') ? path : short;
};

const approvalHint = (keyFile: string): string => `
What needs an approval waits for somebody else than who asked: the approver of the demonstration.

  npx devctl request submit --item database-postgresql-standard --set name=big --set database.storageGb=800
  PAO_API_KEY="$(cat ${keyFile})" npx devctl approvals list
`;

/** What a newcomer needs to know after the start: what is where, and what to try. */
export const banner = (config: Config, { api, sandbox }: Addresses, startedInMs: number): string => `
PAO is ready (${(startedInMs / 1000).toFixed(1)} s). Everything runs on this machine; nothing you request here is real.

  API        ${api}/api/v1   reference: ${api}/api/v1/docs
  sandbox    ${sandbox}   plays Jira and the platform, shows what it received
  catalog    ${config.catalog.kind === 'folder' ? here(config.catalog.place) : config.catalog.place}
  data       ${here(config.dataDirectory)}   log: ${here(config.dataDirectory)}/pao.log

Try, in another terminal:

  npx devctl catalog list
  npx devctl request submit --bundle bundle-webapp-standard --watch \\
    --set name=orders --set application.image=registry.example.com/orders:1.0.0
  npx devctl request list
${config.hasDemoApprover ? approvalHint(here(join(config.dataDirectory, APPROVER_KEY_FILE))) : ''}
Ctrl-C stops everything; the next start finds it again.
`;
