import { chmod, mkdir, readdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { isInside } from '../catalog-files/list.ts';
import { systemCode } from '../catalog-files/refusal.ts';
import { type Ownership, type StarterFile, starterFiles } from '../catalog-files/starter.ts';
import { type CommandContext, printJson } from '../context.ts';
import { UsageError } from '../failures.ts';

interface InitOptions extends Ownership {
  readonly force?: boolean;
}

type Outcome = 'written' | 'unchanged' | 'kept';

const init = async (context: CommandContext, folder: string, options: InitOptions): Promise<void> => {
  checkName('--organisation', options.organisation);
  checkName('--team', options.team);
  const outcomes: Record<Outcome, string[]> = { written: [], unchanged: [], kept: [] };
  try {
    await mkdir(folder, { recursive: true });
    // A repository that was just created is empty.
    const present = (await readdir(folder)).filter((name) => name !== '.git');
    if (present.length > 0 && options.force !== true) {
      throw new UsageError(`${resolve(folder)} is not empty; --force adds what is missing and keeps what is there`);
    }
    const root = await realpath(folder);
    for (const file of await starterFiles(options)) outcomes[await put(root, file)].push(file.path);
  } catch (cause) {
    const code = systemCode(cause);
    if (code === undefined) throw cause;
    throw new UsageError(`cannot write to ${folder} (${code})`, { cause });
  }
  if (context.format === 'json') return printJson(context, { folder: resolve(folder), ...outcomes });
  return context.terminal.out(report(folder, outcomes, options));
};

/** GitHub's rules for the names of organisations and of teams in addresses. */
const checkName = (option: string, name: string | undefined): void => {
  if (name === undefined || /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(name)) return;
  throw new UsageError(`${option} ${name}: write the name as it stands in GitHub's addresses, without @ and /`);
};

const put = async (root: string, file: StarterFile): Promise<Outcome> => {
  const location = join(root, file.path);
  if (!(await staysInside(root, dirname(location)))) {
    throw new UsageError(`${dirname(file.path)} leads out of the folder`);
  }
  await mkdir(dirname(location), { recursive: true });
  try {
    // Only where nothing is, not even a link.
    await writeFile(location, file.content, { flag: 'wx' });
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
    const there = await readFile(location).catch(() => undefined);
    return there?.equals(file.content) === true ? 'unchanged' : 'kept';
  }
  if (file.executable) await chmod(location, 0o755);
  return 'written';
};

/** Whether what there is of a folder's path leads to no other place. */
const staysInside = async (root: string, folder: string): Promise<boolean> => {
  const real = await realpath(folder).catch(() => undefined);
  return real === undefined ? staysInside(root, dirname(folder)) : isInside(root, real);
};

const report = (folder: string, { written, kept }: Record<Outcome, string[]>, options: InitOptions): string => {
  const named = options.organisation !== undefined && options.team !== undefined;
  const lines = [`${written.length} files of the starter catalog written to ${resolve(folder)}.`];
  if (kept.length > 0) {
    lines.push('', 'Kept, as they differ from the starter (delete one and run this again to get its first form):');
    lines.push(...kept.map((path) => `  ${path}`));
  }
  lines.push(
    '',
    'Next:',
    `  ${named ? 'read' : 'put your teams into'} .github/CODEOWNERS`,
    '  put your own endpoints and Jira projects into catalog/ and bundles/, and delete what you do not offer',
    `  devctl validate ${folder}`,
    '  git init, commit, and point PAO at the repository',
  );
  return lines.join('\n');
};

const HELP = `
Examples:
  devctl catalog init platform-catalog --organisation acme
  devctl catalog init platform-catalog --organisation acme --team platform   one team owns everything
  devctl catalog init . --force                                              add what is missing`;

export const addCatalogInitCommand = (catalog: Command, context: () => CommandContext): void => {
  catalog
    .command('init')
    .description('lay down a starter catalog repository')
    .argument('[folder]', 'where; this folder by default', '.')
    .option('--organization, --organisation <name>', "your organisation on GitHub, for the owners' names")
    .option('--team <name>', 'the team that owns everything for now')
    .option('--force', 'into a folder that is not empty; files that are there are kept')
    .addHelpText('after', HELP)
    .action((folder: string, options: InitOptions) => init(context(), folder, options));
};
