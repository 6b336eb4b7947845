import { runbook, runbookPageOf, runbookText } from '@pao/contracts';
import type { Command } from 'commander';
import { UsageError } from '../failures.ts';
import { printable, renderTable } from '../output.ts';
import type { Terminal } from '../terminal.ts';

/** Marks of Markdown that say nothing on a terminal. */
export const plain = (text: string): string => text.replaceAll('**', '').replaceAll('`', '');

const listAll = (terminal: Terminal): void => {
  const rows = Object.entries(runbook).map(([code, { title, owner }]) => [code, plain(title), owner]);
  terminal.out(renderTable(['CODE', 'MEANING', 'WHO CAN MEND IT'], rows));
};

const explain = (terminal: Terminal, code: string | undefined, format: string): void => {
  if (code === undefined) return format === 'json' ? terminal.out(JSON.stringify(runbook, null, 2)) : listAll(terminal);
  const page = runbookPageOf(code.toUpperCase());
  if (page === undefined)
    throw new UsageError(
      `${printable(code)} is no code of PAO; devctl explain lists them all. An executor of a team may have codes of its own.`,
    );
  if (format === 'json') return terminal.out(JSON.stringify(page, null, 2));
  return terminal.out(`${page.code}\n\n${plain(runbookText(page))}`);
};

/** What a code means, from the table that is built in: PAO is not asked. */
export const addExplainCommand = (program: Command, terminal: Terminal): void => {
  program
    .command('explain')
    .description(
      'what an error code means, what may have happened and what is safe; all codes without one. Needs no PAO',
    )
    .argument('[code]', 'such as HTTP_503 or QUOTA_EXCEEDED')
    .action((code: string | undefined) => explain(terminal, code, program.opts<{ output: string }>().output));
};
