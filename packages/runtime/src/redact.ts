const CENSORED = '[redacted]';
const MAX_DEPTH = 8;
const MAX_NODES = 1_000;
const MAX_ENTRIES = 100;

const SECRET_NAME =
  /(?:password|passwd|passphrase|secret|token|credential|api[-_]?key|private[-_]?key|access[-_]?key|authori[sz]ation|cookie|x-pao-identity)/i;

const isSecretName = (name: string): boolean => SECRET_NAME.test(name);

interface Walk {
  nodes: number;
}

/** Only what errors are known to carry: a client library hangs whole requests, with their headers, on its errors. */
const plainError = (error: Error, depth: number, walk: Walk): Record<string, unknown> => {
  const { code, status }: Error & { readonly code?: unknown; readonly status?: unknown } = error;
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(typeof status === 'number' ? { status } : {}),
    ...(error.cause === undefined ? {} : { cause: clean(error.cause, depth + 1, walk) }),
    ...(error instanceof AggregateError ? { errors: clean(error.errors, depth + 1, walk) } : {}),
  };
};

const cleanMembers = (value: object, depth: number, walk: Walk): Record<string, unknown> => {
  const result: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    result[name] =
      isSecretName(name) && member !== undefined && member !== null ? CENSORED : clean(member, depth + 1, walk);
  }
  return result;
};

const cleanEntries = (entries: readonly unknown[], depth: number, walk: Walk): unknown[] => {
  const kept = entries.slice(0, MAX_ENTRIES).map((entry) => clean(entry, depth + 1, walk));
  return entries.length > MAX_ENTRIES ? [...kept, `[${entries.length - MAX_ENTRIES} more]`] : kept;
};

const clean = (value: unknown, depth: number, walk: Walk): unknown => {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  walk.nodes += 1;
  if (depth > MAX_DEPTH || walk.nodes > MAX_NODES) return '[cut]';
  if (value instanceof Error) return plainError(value, depth, walk);
  if (value instanceof Date) return value;
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return cleanEntries(value, depth, walk);
  if (value instanceof Map || value instanceof Set) return `[${value.constructor.name} of ${value.size}]`;
  return cleanMembers(value, depth, walk);
};

/**
 * A copy fit for a log: members with a secret's name are censored at any depth, errors keep only their known members, and
 * what is too deep or too large is cut.
 */
export const redact = (value: object): Record<string, unknown> => {
  const walk: Walk = { nodes: 0 };
  return value instanceof Error ? plainError(value, 0, walk) : cleanMembers(value, 0, walk);
};

const SUSPECT = /bearer |basic |\/callbacks\/|:\/\/[^/\s"]*@|[\u007f-\u009f\u2028\u2029]/i;

/** What follows proves who calls, and needs nothing else. */
const SECRET_PATH = /(\/callbacks\/)[^\s"'\\/?#<>]+/g;

/** A path or URL fit to be told: without what stands in it as a proof. */
export const hideSecretPath = (path: string): string => path.replace(SECRET_PATH, `$1${CENSORED}`);

/**
 * The last look at a finished JSON line: credentials inside texts (`Authorization` values, the user part of a URL), and the
 * control characters that JSON leaves as they are but a terminal obeys.
 */
export const scrubLine = (line: string): string => {
  if (!SUSPECT.test(line)) return line;
  return line
    .replace(/\b(bearer|basic) +[\w.~+/=-]{6,}/gi, `$1 ${CENSORED}`)
    .replace(/:\/\/[^/\s"@]*@/g, `://${CENSORED}@`)
    .replace(SECRET_PATH, `$1${CENSORED}`)
    .replace(/[\u007f-\u009f\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
};
