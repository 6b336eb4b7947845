import { open } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';

/** Of one line; what is longer is passed over, up to its end. */
const MAX_LINE = 4_194_304;
const CHUNK = 65_536;

export interface Tail {
  /** Tells the whole lines that have come since the last time. */
  read(): Promise<void>;
  close(): Promise<void>;
}

/** Follows a file that somebody else writes, line by line. */
export const createTail = async (path: string, onLine: (line: string) => void): Promise<Tail> => {
  const file = await open(path, 'r');
  const decoder = new StringDecoder('utf8');
  const buffer = Buffer.alloc(CHUNK);
  let position = 0;
  let rest = '';
  let tooLong = false;
  const take = (text: string): void => {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (tooLong) tooLong = false;
      else onLine(line);
    }
    if (rest.length <= MAX_LINE) return;
    rest = '';
    tooLong = true;
  };
  return {
    read: async () => {
      for (;;) {
        const { bytesRead } = await file.read(buffer, 0, CHUNK, position);
        if (bytesRead === 0) return;
        position += bytesRead;
        take(decoder.write(buffer.subarray(0, bytesRead)));
      }
    },
    close: () => file.close(),
  };
};
