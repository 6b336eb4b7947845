/** A message of PostgreSQL's protocol: https://www.postgresql.org/docs/current/protocol-message-formats.html */
export interface Frame {
  /** A letter; of the first message of a connection none. */
  readonly type: string;
  readonly content: Buffer;
}

const LENGTH_BYTES = 4;

/** Cuts what arrives into messages; a part of one is kept until the rest is there. */
export const createFrames = ({ hasStartup }: { readonly hasStartup: boolean }) => {
  let rest: Buffer = Buffer.alloc(0);
  let isFirst = hasStartup;
  return (chunk: Buffer): readonly Frame[] => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const frames: Frame[] = [];
    for (;;) {
      const head = isFirst ? 0 : 1;
      if (rest.length < head + LENGTH_BYTES) return frames;
      const end = head + rest.readUInt32BE(head);
      if (rest.length < end) return frames;
      const type = isFirst ? '' : String.fromCharCode(rest[0] ?? 0);
      frames.push({ type, content: rest.subarray(head + LENGTH_BYTES, end) });
      rest = rest.subarray(end);
      isFirst = false;
    }
  };
};

/** Enough to tell one text from another. */
const shortened = (statement: string): string => statement.trim().split(/\s+/).slice(0, 4).join(' ');

const text = (content: Buffer, from: number): string => content.toString('utf8', from, content.indexOf(0, from));

/** The name of the statement that a message asks for, or the text of one without a name; undefined for messages of other kinds. */
export const statementOf = ({ type, content }: Frame): string | undefined => {
  if (type === 'Q') return shortened(text(content, 0));
  // Bind: the portal's name, then the statement's. One without a name was told by Parse.
  if (type === 'B') return text(content, content.indexOf(0) + 1) || undefined;
  if (type !== 'P') return undefined;
  const name = text(content, 0);
  return name === '' ? shortened(text(content, 1)) : undefined;
};

/** Whether the server has done all that it was asked for. */
export const isReadyForQuery = ({ type }: Frame): boolean => type === 'Z';
