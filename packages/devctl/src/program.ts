import { type CallError, createClient, describeCallError, StreamError } from '@pao/client';
import { runbookPageOf } from '@pao/contracts';
import { errorMessage } from '@pao/kernel';
import { Command, CommanderError, Option } from 'commander';
import { addApprovalCommands } from './commands/approvals.ts';
import { addAuditCommands } from './commands/audit.ts';
import { addCatalogCommands } from './commands/catalog.ts';
import { addExecutorsCommand } from './commands/executors.ts';
import { addExplainCommand } from './commands/explain.ts';
import { addIncidentCommands } from './commands/incident.ts';
import { addNotifyCommands } from './commands/notify.ts';
import { addPreviewCommands } from './commands/preview.ts';
import { addQueueCommands } from './commands/queue.ts';
import { addQuotaCommands } from './commands/quota.ts';
import { addRequestCommands } from './commands/request.ts';
import { addTestVariablesCommand } from './commands/test-variables.ts';
import { addUpkeepCommands } from './commands/upkeep.ts';
import { addValidateCommand } from './commands/validate.ts';
import type { CommandContext } from './context.ts';
import {
  AuditNotIntact,
  CallFailed,
  DocumentsRefused,
  EXIT,
  RequestNotCompleted,
  SomeFailed,
  UsageError,
} from './failures.ts';
import { OUTPUT_FORMATS, type OutputFormat, REPORT_FORMATS, type ReportFormat } from './output.ts';
import type { Terminal } from './terminal.ts';

const printCallError = (terminal: Terminal, error: CallError): void => {
  terminal.error(`devctl: ${describeCallError(error)}`);
  if (error.kind === 'refused') {
    for (const detail of error.error.details) terminal.error(`  ${detail.field}: ${detail.issue}`);
    terminal.error(
      `  correlation id ${error.error.correlation_id}${error.error.retryable ? '; the same call may succeed later' : ''}`,
    );
    if (runbookPageOf(error.error.code)) terminal.error(`  more: devctl explain ${error.error.code}`);
  }
  if (error.kind === 'unreachable') terminal.error('  is PAO running? Set --url or PAO_URL to where it answers.');
};

const exitCodeOf = (terminal: Terminal, thrown: unknown): number => {
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.ok : EXIT.couldNotRun;
  if (thrown instanceof CallFailed || thrown instanceof StreamError) {
    printCallError(terminal, thrown.error);
    return thrown.error.kind === 'refused' ? EXIT.refused : EXIT.couldNotRun;
  }
  if (terminal.signal.aborted) return EXIT.interrupted;
  if ([RequestNotCompleted, AuditNotIntact, SomeFailed].some((kind) => thrown instanceof kind)) {
    terminal.error(`devctl: ${errorMessage(thrown)}`);
    return EXIT.refused;
  }
  if (thrown instanceof DocumentsRefused) return EXIT.refused;
  if (thrown instanceof UsageError) {
    terminal.error(`devctl: ${thrown.message}`);
    return EXIT.couldNotRun;
  }
  throw thrown;
};

const contextOf = (terminal: Terminal, program: Command): CommandContext => {
  const options = program.opts<{ url: string; output: OutputFormat | ReportFormat }>();
  const format = OUTPUT_FORMATS.find((known) => known === options.output);
  if (format === undefined) throw new UsageError(`--output ${options.output} is a format of devctl validate`);
  const apiKey = terminal.environment['PAO_API_KEY'];
  return {
    terminal,
    format,
    client: createClient({ baseUrl: options.url, ...(apiKey === undefined ? {} : { apiKey }) }),
    url: options.url,
  };
};

/** The whole command line. `run` answers the exit code: 0 done, 1 refused or failed, 2 could not run. */
export const buildProgram = (terminal: Terminal): { run(args: readonly string[]): Promise<number> } => {
  const program = new Command('devctl')
    .description('Ask the platform for what you need, and follow it until it is done.')
    .addOption(new Option('--url <url>', 'where PAO answers').env('PAO_URL').default('http://127.0.0.1:8080'))
    .addOption(
      new Option('-o, --output <format>', 'how to print; human, sarif and github are for validate')
        .choices([...new Set([...OUTPUT_FORMATS, ...REPORT_FORMATS])])
        .default('table'),
    )
    .addHelpText(
      'after',
      '\nThe API key, where one is needed, is read from PAO_API_KEY.\nExit codes: 0 done, 1 refused or failed, 2 could not run.',
    )
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.error(text.trimEnd()),
    });
  const context = (): CommandContext => contextOf(terminal, program);
  addCatalogCommands(program, context);
  addRequestCommands(program, context);
  addApprovalCommands(program, context);
  addAuditCommands(program, context);
  addNotifyCommands(program, context);
  addQuotaCommands(program, context);
  addQueueCommands(program, context);
  addUpkeepCommands(program, context);
  addValidateCommand(program, terminal);
  addPreviewCommands(program, context);
  addTestVariablesCommand(program, context);
  addExplainCommand(program, terminal);
  addExecutorsCommand(program, context);
  addIncidentCommands(program, context);
  return {
    run: async (args) => {
      try {
        await program.parseAsync([...args], { from: 'user' });
        return EXIT.ok;
      } catch (thrown) {
        return exitCodeOf(terminal, thrown);
      }
    },
  };
};
