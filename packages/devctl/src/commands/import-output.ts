import { access, mkdir, realpath, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { formatFinding } from '@pao/documents';
import { errorMessage } from '@pao/kernel';
import { type CommandContext, printJson } from '../context.ts';
import { DocumentsRefused, UsageError } from '../failures.ts';
import type { Conversion } from '../import/draft.ts';
import { type Imported, settle } from '../import/settle.ts';
import { type TargetOptions, targetOf } from '../import/target.ts';
import { printable, renderTable } from '../output.ts';

export interface ImportOptions extends TargetOptions {
  readonly out: string;
  readonly force?: boolean;
  readonly dryRun?: boolean;
}

/** Validates, writes and reports. Nothing is written when one of several documents cannot be. */
export const writeImported = async (
  context: CommandContext,
  source: string,
  conversions: readonly Conversion[],
  options: ImportOptions,
): Promise<void> => {
  if (options.id !== undefined && conversions.length > 1) {
    throw new UsageError(`${source} holds ${conversions.length} templates; --id is for one`);
  }
  const imported = conversions.map((conversion) => {
    const settled = settle(conversion, targetOf(conversion.draft, options));
    if (!settled.ok) throw new UsageError(`${source}: ${settled.error.message}`);
    return settled.value;
  });
  const repeated = imported.find(({ id }, index) => imported.findIndex((other) => other.id === id) !== index);
  if (repeated !== undefined) throw new UsageError(`${source}: two templates would be ${repeated.id}`);
  if (options.dryRun !== true) await writeAll(imported, options);
  report(context, imported, options);
  if (imported.some(({ remarks }) => remarks.some(({ kind }) => kind === 'left-out'))) {
    throw new DocumentsRefused('something was left out');
  }
};

const writeAll = async (imported: readonly Imported[], { out, force }: ImportOptions): Promise<void> => {
  for (const { path } of imported) {
    const place = join(out, path);
    if (force === true || !(await exists(place))) continue;
    throw new UsageError(`${place} is there already; --force writes over it`);
  }
  for (const { path, text } of imported) {
    const place = join(out, path);
    try {
      await mkdir(dirname(place), { recursive: true });
      await stayWithin(out, dirname(place));
      await writeFile(place, text, { flag: force === true ? 'w' : 'wx' });
    } catch (thrown) {
      if (thrown instanceof UsageError) throw thrown;
      throw new UsageError(`cannot write ${place}: ${errorMessage(thrown)}`, { cause: thrown });
    }
  }
};

/** A folder of the catalog may be a link to somewhere else. */
const stayWithin = async (out: string, folder: string): Promise<void> => {
  const inside = relative(await realpath(resolve(out)), await realpath(folder));
  if (inside.startsWith('..')) throw new UsageError(`${folder} leads out of ${out}`);
};

const exists = async (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

const report = (context: CommandContext, imported: readonly Imported[], options: ImportOptions): void => {
  if (context.format === 'json') {
    const written = options.dryRun !== true;
    printJson(context, { documents: imported.map((one) => ({ ...one, written })) });
    return;
  }
  for (const one of imported) {
    if (options.dryRun === true) context.terminal.out(one.text.trimEnd());
    else context.terminal.out(`Wrote ${printable(join(options.out, one.path))}`);
    printRemarks(context, one, options.dryRun === true);
  }
};

/** With a dry run the document is what is printed, so that it can be sent to a file; its report is said beside it. */
const printRemarks = ({ terminal }: CommandContext, { remarks, warnings, path }: Imported, dryRun: boolean): void => {
  const say = dryRun ? terminal.error : terminal.out;
  const leftOut = remarks.filter(({ kind }) => kind === 'left-out');
  say(leftOut.length === 0 ? `\n${path}: everything was carried over.` : `\n${path}: ${leftOut.length} left out.`);
  if (remarks.length > 0) {
    const rows = remarks.map(({ kind, path: at, what, why, todo }) => [
      kind === 'left-out' ? 'left out' : 'changed',
      at,
      what,
      why,
      todo,
    ]);
    say(renderTable(['', 'IN THE SOURCE', 'WHAT', 'WHY', 'WHAT TO DO'], rows));
  }
  for (const warning of warnings) say(formatFinding(warning));
};
