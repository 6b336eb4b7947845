/** What a command may touch of the process around it. Tests give their own. */
export interface Terminal {
  readonly out: (line: string) => void;
  readonly error: (line: string) => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly readStandardInput: () => Promise<string>;
  readonly colour: boolean;
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
}

const readAll = async (input: NodeJS.ReadStream): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of input as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
};

export const terminal = (process: NodeJS.Process): Terminal => {
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  return {
    out: (line) => process.stdout.write(`${line}\n`),
    error: (line) => process.stderr.write(`${line}\n`),
    environment: process.env,
    readStandardInput: () => readAll(process.stdin),
    colour: process.stdout.isTTY && process.env['NO_COLOR'] === undefined,
    signal: interrupted.signal,
  };
};
