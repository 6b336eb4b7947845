import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** What a command may touch of the process around it. Tests give their own. */
export interface Terminal {
  readonly out: (line: string) => void;
  readonly error: (line: string) => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly readStandardInput: () => Promise<string>;
  /** Asks a question that is answered by yes or no. Absent where nobody can be asked. */
  readonly confirm?: (question: string) => Promise<boolean>;
  /** Asks for a text that is not shown while it is typed. Absent where nobody can be asked. */
  readonly askSecret?: (question: string) => Promise<string>;
  readonly colour: boolean;
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
}

const readAll = async (input: NodeJS.ReadStream): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of input as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
};

const confirmOn =
  ({ stdin, stdout }: NodeJS.Process, signal: AbortSignal) =>
  async (question: string): Promise<boolean> => {
    const lines = createInterface({ input: stdin, output: stdout });
    try {
      // Where the input ends instead of an answer, the question stays open for ever.
      const ended = once(lines, 'close').then(() => '');
      const answer = await Promise.race([lines.question(`${question} [y/N] `, { signal }), ended]);
      return /^y(?:es)?$/i.test(answer.trim());
    } finally {
      lines.close();
    }
  };

/** The line is read as from any terminal, and what would be shown of it goes nowhere. */
const askSecretOn =
  ({ stdin, stderr }: NodeJS.Process, signal: AbortSignal) =>
  async (question: string): Promise<string> => {
    stderr.write(question);
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    const lines = createInterface({ input: stdin, output: nowhere, terminal: true, historySize: 0 });
    try {
      const ended = once(lines, 'close').then(() => '');
      return await Promise.race([lines.question('', { signal }), ended]);
    } finally {
      lines.close();
      stderr.write('\n');
    }
  };

export const terminal = (process: NodeJS.Process): Terminal => {
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  return {
    out: (line) => process.stdout.write(`${line}\n`),
    error: (line) => process.stderr.write(`${line}\n`),
    environment: process.env,
    readStandardInput: () => readAll(process.stdin),
    ...(process.stdin.isTTY && process.stdout.isTTY && { confirm: confirmOn(process, interrupted.signal) }),
    ...(process.stdin.isTTY && process.stderr.isTTY && { askSecret: askSecretOn(process, interrupted.signal) }),
    colour: process.stdout.isTTY && process.env['NO_COLOR'] === undefined,
    signal: interrupted.signal,
  };
};
